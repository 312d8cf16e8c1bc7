"""Which editor a field gets; the only place that knows."""

from __future__ import annotations

from stdesk.domain.fields import Field, FieldType
from stdesk.ui.forms.chips_editors import CodesEditor, LinksEditor, TagsEditor
from stdesk.ui.forms.choice_editor import ChoiceEditor
from stdesk.ui.forms.editor import FieldEditor, Setting
from stdesk.ui.forms.files_editor import FilesEditor
from stdesk.ui.forms.number_editors import READ_LINES
from stdesk.ui.forms.people_editor import PeopleEditor
from stdesk.ui.forms.rows_editor import RowsEditor
from stdesk.ui.forms.text_editors import LineEditor, ParagraphEditor

_EDITORS: dict[FieldType, type[FieldEditor]] = {
    FieldType.TEXT: LineEditor,
    FieldType.LONG_TEXT: ParagraphEditor,
    **READ_LINES,
    FieldType.CHOICE: ChoiceEditor,
    FieldType.CHOICES: CodesEditor,
    FieldType.CLASS: CodesEditor,
    FieldType.TAGS: TagsEditor,
    FieldType.PEOPLE: PeopleEditor,
    FieldType.ROWS: RowsEditor,
    FieldType.LINKS: LinksEditor,
    FieldType.FILES: FilesEditor,
}
_LONG = 20  # characters in a list from which a line of text is cut when it has half the form
_WHOLE_LINE = frozenset(
    {
        FieldType.LONG_TEXT,
        FieldType.CHOICES,
        FieldType.CLASS,
        FieldType.TAGS,
        FieldType.PEOPLE,
        FieldType.ROWS,
        FieldType.LINKS,
        FieldType.FILES,
    }
)


def make_editor(field: Field, setting: Setting, *, title: bool = False) -> FieldEditor:
    """The editor of ``field``; a title wraps."""
    if title and field.type is FieldType.TEXT:
        return ParagraphEditor(field, setting, title=True)
    return _EDITORS[field.type](field, setting)


def takes_whole_line(field: Field, *, title: bool = False) -> bool:
    """Whether the field stands alone on its line; short ones stand two by two."""
    long_line = field.type is FieldType.TEXT and field.list_width >= _LONG
    return title or long_line or field.type in _WHOLE_LINE
