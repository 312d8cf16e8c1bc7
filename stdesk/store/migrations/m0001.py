"""The first schema: the library's own tables, publications, research tasks and training sessions.

Frozen: never edited, never derived from the kinds of a later day.
"""

from __future__ import annotations

TITLE = "first schema"

STATEMENTS = (
    """
    CREATE TABLE setting (key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID
    """,
    """
    CREATE TABLE record (pk INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, kind TEXT NOT NULL, number INTEGER
    NOT NULL CHECK (number > 0), UNIQUE (kind, number)) STRICT
    """,
    """
    CREATE TABLE action (action INTEGER PRIMARY KEY, at TEXT NOT NULL, who TEXT NOT NULL, label TEXT NOT
    NULL, params TEXT NOT NULL, role TEXT NOT NULL CHECK (role IN ('act', 'undo', 'redo', 'fixed')), undo_of
    INTEGER REFERENCES action (action), undone INTEGER NOT NULL DEFAULT 0, touched INTEGER NOT NULL) STRICT
    """,
    """
    CREATE INDEX action__undone ON action (role, undone)
    """,
    """
    CREATE TABLE change (action INTEGER NOT NULL REFERENCES action (action), record INTEGER NOT NULL
    REFERENCES record (pk), version INTEGER NOT NULL, before TEXT, after TEXT, UNIQUE (action, record))
    STRICT
    """,
    """
    CREATE INDEX change__by_record ON change (record, version)
    """,
    """
    CREATE TABLE frozen_report (report INTEGER PRIMARY KEY, period TEXT NOT NULL, submission INTEGER NOT
    NULL, trial INTEGER NOT NULL, sha512 TEXT NOT NULL, at TEXT NOT NULL, who TEXT NOT NULL, folder TEXT NOT
    NULL UNIQUE, action INTEGER NOT NULL REFERENCES action (action)) STRICT
    """,
    """
    CREATE UNIQUE INDEX frozen_report__once ON frozen_report (period, submission) WHERE trial = 0
    """,
    """
    CREATE TABLE publication (pk INTEGER PRIMARY KEY REFERENCES record (pk), number INTEGER NOT NULL CHECK
    (number > 0), version INTEGER NOT NULL CHECK (version > 0), state TEXT NOT NULL CHECK (state IN
    ('draft', 'complete', 'trashed')), secrecy TEXT NOT NULL, created_at TEXT NOT NULL, created_by TEXT NOT
    NULL, changed_at TEXT NOT NULL, changed_by TEXT NOT NULL, document_type TEXT, document_type__sort TEXT,
    title TEXT, title__sort TEXT, contributors TEXT, contributors__sort TEXT, department TEXT,
    department__sort TEXT, ownership TEXT, container TEXT, container__sort TEXT, publisher TEXT,
    publisher__sort TEXT, place TEXT, issued TEXT, volume TEXT, issue TEXT, pages TEXT, edition TEXT, issn
    TEXT, isbn TEXT, doi TEXT, language TEXT, origin TEXT, indexing TEXT, field_codes TEXT, objective_codes
    TEXT, circulation TEXT, thesis_level TEXT, thesis_institution TEXT, supervisors TEXT, defended TEXT,
    deposit_state TEXT, deposit_state__sort TEXT, deposited TEXT, deposit_reference TEXT, other_deposits
    TEXT, related_tasks TEXT, abstract TEXT, keywords TEXT, tags TEXT, notes TEXT, attachments TEXT) STRICT
    """,
    """
    CREATE INDEX publication__by_number ON publication (number, pk, state)
    """,
    """
    CREATE INDEX publication__by_changed_at ON publication (changed_at, pk, state)
    """,
    """
    CREATE INDEX publication__by_document_type ON publication (document_type__sort, pk, state)
    """,
    """
    CREATE INDEX publication__by_title ON publication (title__sort, pk, state)
    """,
    """
    CREATE INDEX publication__by_contributors ON publication (contributors__sort, pk, state)
    """,
    """
    CREATE INDEX publication__by_department ON publication (department__sort, pk, state)
    """,
    """
    CREATE INDEX publication__by_container ON publication (container__sort, pk, state)
    """,
    """
    CREATE INDEX publication__by_publisher ON publication (publisher__sort, pk, state)
    """,
    """
    CREATE INDEX publication__by_issued ON publication (issued, pk, state)
    """,
    """
    CREATE INDEX publication__by_defended ON publication (defended, pk, state)
    """,
    """
    CREATE INDEX publication__by_deposit_state ON publication (deposit_state__sort, pk, state)
    """,
    """
    CREATE INDEX publication__by_deposited ON publication (deposited, pk, state)
    """,
    """
    CREATE VIRTUAL TABLE publication__search USING fts5(title, rest, title_exact, rest_exact, content='',
    contentless_delete=1, prefix='2 3', tokenize='unicode61 remove_diacritics 0')
    """,
    """
    CREATE TRIGGER publication__ceiling_insert BEFORE INSERT ON publication WHEN CASE NEW.secrecy WHEN
    'thuong' THEN 0 WHEN 'mat' THEN 1 WHEN 'toi_mat' THEN 2 WHEN 'tuyet_mat' THEN 3 ELSE 4 END >
    coalesce((SELECT CASE value WHEN 'thuong' THEN 0 WHEN 'mat' THEN 1 WHEN 'toi_mat' THEN 2 WHEN
    'tuyet_mat' THEN 3 ELSE 0 END FROM setting WHERE key = 'secrecy_ceiling'), 0) AND (NEW.title IS NOT NULL
    OR NEW.contributors IS NOT NULL OR NEW.department IS NOT NULL OR NEW.ownership IS NOT NULL OR
    NEW.container IS NOT NULL OR NEW.publisher IS NOT NULL OR NEW.place IS NOT NULL OR NEW.volume IS NOT
    NULL OR NEW.issue IS NOT NULL OR NEW.pages IS NOT NULL OR NEW.edition IS NOT NULL OR NEW.issn IS NOT
    NULL OR NEW.isbn IS NOT NULL OR NEW.doi IS NOT NULL OR NEW.language IS NOT NULL OR NEW.origin IS NOT
    NULL OR NEW.indexing IS NOT NULL OR NEW.field_codes IS NOT NULL OR NEW.objective_codes IS NOT NULL OR
    NEW.circulation IS NOT NULL OR NEW.thesis_level IS NOT NULL OR NEW.thesis_institution IS NOT NULL OR
    NEW.supervisors IS NOT NULL OR NEW.defended IS NOT NULL OR NEW.deposited IS NOT NULL OR
    NEW.other_deposits IS NOT NULL OR NEW.related_tasks IS NOT NULL OR NEW.abstract IS NOT NULL OR
    NEW.keywords IS NOT NULL OR NEW.tags IS NOT NULL OR NEW.notes IS NOT NULL OR NEW.attachments IS NOT
    NULL) BEGIN SELECT RAISE(ABORT, 'above_ceiling'); END
    """,
    """
    CREATE TRIGGER publication__ceiling_update BEFORE UPDATE ON publication WHEN CASE NEW.secrecy WHEN
    'thuong' THEN 0 WHEN 'mat' THEN 1 WHEN 'toi_mat' THEN 2 WHEN 'tuyet_mat' THEN 3 ELSE 4 END >
    coalesce((SELECT CASE value WHEN 'thuong' THEN 0 WHEN 'mat' THEN 1 WHEN 'toi_mat' THEN 2 WHEN
    'tuyet_mat' THEN 3 ELSE 0 END FROM setting WHERE key = 'secrecy_ceiling'), 0) AND (NEW.title IS NOT NULL
    OR NEW.contributors IS NOT NULL OR NEW.department IS NOT NULL OR NEW.ownership IS NOT NULL OR
    NEW.container IS NOT NULL OR NEW.publisher IS NOT NULL OR NEW.place IS NOT NULL OR NEW.volume IS NOT
    NULL OR NEW.issue IS NOT NULL OR NEW.pages IS NOT NULL OR NEW.edition IS NOT NULL OR NEW.issn IS NOT
    NULL OR NEW.isbn IS NOT NULL OR NEW.doi IS NOT NULL OR NEW.language IS NOT NULL OR NEW.origin IS NOT
    NULL OR NEW.indexing IS NOT NULL OR NEW.field_codes IS NOT NULL OR NEW.objective_codes IS NOT NULL OR
    NEW.circulation IS NOT NULL OR NEW.thesis_level IS NOT NULL OR NEW.thesis_institution IS NOT NULL OR
    NEW.supervisors IS NOT NULL OR NEW.defended IS NOT NULL OR NEW.deposited IS NOT NULL OR
    NEW.other_deposits IS NOT NULL OR NEW.related_tasks IS NOT NULL OR NEW.abstract IS NOT NULL OR
    NEW.keywords IS NOT NULL OR NEW.tags IS NOT NULL OR NEW.notes IS NOT NULL OR NEW.attachments IS NOT
    NULL) BEGIN SELECT RAISE(ABORT, 'above_ceiling'); END
    """,
    """
    CREATE TABLE research_task (pk INTEGER PRIMARY KEY REFERENCES record (pk), number INTEGER NOT NULL CHECK
    (number > 0), version INTEGER NOT NULL CHECK (version > 0), state TEXT NOT NULL CHECK (state IN
    ('draft', 'complete', 'trashed')), secrecy TEXT NOT NULL, created_at TEXT NOT NULL, created_by TEXT NOT
    NULL, changed_at TEXT NOT NULL, changed_by TEXT NOT NULL, code TEXT, code__sort TEXT, title TEXT,
    title__sort TEXT, level TEXT, level__sort TEXT, type TEXT, type__sort TEXT, status TEXT, status__sort
    TEXT, programme TEXT, leader TEXT, leader__sort TEXT, members TEXT, host TEXT, host__sort TEXT, partners
    TEXT, start TEXT, "end" TEXT, proposed TEXT, approved TEXT, decision TEXT, contract TEXT,
    contract_number TEXT, extended_until TEXT, stopped TEXT, stop_reason TEXT, unit_accepted TEXT, accepted
    TEXT, grade TEXT, grade__sort TEXT, grade_written TEXT, finalised TEXT, registered TEXT,
    certificate_number TEXT, applied TEXT, application_form TEXT, application_place TEXT, application_effect
    TEXT, funding_total INTEGER, funding TEXT, objectives TEXT, content TEXT, products TEXT, field_codes
    TEXT, objective_codes TEXT, activity_codes TEXT, deposit_state TEXT, deposit_state__sort TEXT, deposited
    TEXT, deposit_reference TEXT, other_deposits TEXT, keywords TEXT, tags TEXT, notes TEXT, attachments
    TEXT) STRICT
    """,
    """
    CREATE INDEX research_task__by_number ON research_task (number, pk, state)
    """,
    """
    CREATE INDEX research_task__by_changed_at ON research_task (changed_at, pk, state)
    """,
    """
    CREATE INDEX research_task__by_code ON research_task (code__sort, pk, state)
    """,
    """
    CREATE INDEX research_task__by_title ON research_task (title__sort, pk, state)
    """,
    """
    CREATE INDEX research_task__by_level ON research_task (level__sort, pk, state)
    """,
    """
    CREATE INDEX research_task__by_type ON research_task (type__sort, pk, state)
    """,
    """
    CREATE INDEX research_task__by_status ON research_task (status__sort, pk, state)
    """,
    """
    CREATE INDEX research_task__by_leader ON research_task (leader__sort, pk, state)
    """,
    """
    CREATE INDEX research_task__by_host ON research_task (host__sort, pk, state)
    """,
    """
    CREATE INDEX research_task__by_start ON research_task (start, pk, state)
    """,
    """
    CREATE INDEX research_task__by_end ON research_task ("end", pk, state)
    """,
    """
    CREATE INDEX research_task__by_proposed ON research_task (proposed, pk, state)
    """,
    """
    CREATE INDEX research_task__by_approved ON research_task (approved, pk, state)
    """,
    """
    CREATE INDEX research_task__by_contract ON research_task (contract, pk, state)
    """,
    """
    CREATE INDEX research_task__by_extended_until ON research_task (extended_until, pk, state)
    """,
    """
    CREATE INDEX research_task__by_stopped ON research_task (stopped, pk, state)
    """,
    """
    CREATE INDEX research_task__by_unit_accepted ON research_task (unit_accepted, pk, state)
    """,
    """
    CREATE INDEX research_task__by_accepted ON research_task (accepted, pk, state)
    """,
    """
    CREATE INDEX research_task__by_grade ON research_task (grade__sort, pk, state)
    """,
    """
    CREATE INDEX research_task__by_finalised ON research_task (finalised, pk, state)
    """,
    """
    CREATE INDEX research_task__by_registered ON research_task (registered, pk, state)
    """,
    """
    CREATE INDEX research_task__by_applied ON research_task (applied, pk, state)
    """,
    """
    CREATE INDEX research_task__by_funding_total ON research_task (funding_total, pk, state)
    """,
    """
    CREATE INDEX research_task__by_deposit_state ON research_task (deposit_state__sort, pk, state)
    """,
    """
    CREATE INDEX research_task__by_deposited ON research_task (deposited, pk, state)
    """,
    """
    CREATE VIRTUAL TABLE research_task__search USING fts5(title, rest, title_exact, rest_exact, content='',
    contentless_delete=1, prefix='2 3', tokenize='unicode61 remove_diacritics 0')
    """,
    """
    CREATE TRIGGER research_task__ceiling_insert BEFORE INSERT ON research_task WHEN CASE NEW.secrecy WHEN
    'thuong' THEN 0 WHEN 'mat' THEN 1 WHEN 'toi_mat' THEN 2 WHEN 'tuyet_mat' THEN 3 ELSE 4 END >
    coalesce((SELECT CASE value WHEN 'thuong' THEN 0 WHEN 'mat' THEN 1 WHEN 'toi_mat' THEN 2 WHEN
    'tuyet_mat' THEN 3 ELSE 0 END FROM setting WHERE key = 'secrecy_ceiling'), 0) AND (NEW.code IS NOT NULL
    OR NEW.title IS NOT NULL OR NEW.level IS NOT NULL OR NEW.status IS NOT NULL OR NEW.programme IS NOT NULL
    OR NEW.leader IS NOT NULL OR NEW.members IS NOT NULL OR NEW.host IS NOT NULL OR NEW.partners IS NOT NULL
    OR NEW."end" IS NOT NULL OR NEW.proposed IS NOT NULL OR NEW.approved IS NOT NULL OR NEW.decision IS NOT
    NULL OR NEW.contract IS NOT NULL OR NEW.contract_number IS NOT NULL OR NEW.extended_until IS NOT NULL OR
    NEW.stopped IS NOT NULL OR NEW.stop_reason IS NOT NULL OR NEW.unit_accepted IS NOT NULL OR NEW.accepted
    IS NOT NULL OR NEW.grade IS NOT NULL OR NEW.grade_written IS NOT NULL OR NEW.finalised IS NOT NULL OR
    NEW.registered IS NOT NULL OR NEW.certificate_number IS NOT NULL OR NEW.applied IS NOT NULL OR
    NEW.application_form IS NOT NULL OR NEW.application_place IS NOT NULL OR NEW.application_effect IS NOT
    NULL OR NEW.funding_total IS NOT NULL OR NEW.funding IS NOT NULL OR NEW.objectives IS NOT NULL OR
    NEW.content IS NOT NULL OR NEW.products IS NOT NULL OR NEW.field_codes IS NOT NULL OR
    NEW.objective_codes IS NOT NULL OR NEW.activity_codes IS NOT NULL OR NEW.deposited IS NOT NULL OR
    NEW.other_deposits IS NOT NULL OR NEW.keywords IS NOT NULL OR NEW.tags IS NOT NULL OR NEW.notes IS NOT
    NULL OR NEW.attachments IS NOT NULL) BEGIN SELECT RAISE(ABORT, 'above_ceiling'); END
    """,
    """
    CREATE TRIGGER research_task__ceiling_update BEFORE UPDATE ON research_task WHEN CASE NEW.secrecy WHEN
    'thuong' THEN 0 WHEN 'mat' THEN 1 WHEN 'toi_mat' THEN 2 WHEN 'tuyet_mat' THEN 3 ELSE 4 END >
    coalesce((SELECT CASE value WHEN 'thuong' THEN 0 WHEN 'mat' THEN 1 WHEN 'toi_mat' THEN 2 WHEN
    'tuyet_mat' THEN 3 ELSE 0 END FROM setting WHERE key = 'secrecy_ceiling'), 0) AND (NEW.code IS NOT NULL
    OR NEW.title IS NOT NULL OR NEW.level IS NOT NULL OR NEW.status IS NOT NULL OR NEW.programme IS NOT NULL
    OR NEW.leader IS NOT NULL OR NEW.members IS NOT NULL OR NEW.host IS NOT NULL OR NEW.partners IS NOT NULL
    OR NEW."end" IS NOT NULL OR NEW.proposed IS NOT NULL OR NEW.approved IS NOT NULL OR NEW.decision IS NOT
    NULL OR NEW.contract IS NOT NULL OR NEW.contract_number IS NOT NULL OR NEW.extended_until IS NOT NULL OR
    NEW.stopped IS NOT NULL OR NEW.stop_reason IS NOT NULL OR NEW.unit_accepted IS NOT NULL OR NEW.accepted
    IS NOT NULL OR NEW.grade IS NOT NULL OR NEW.grade_written IS NOT NULL OR NEW.finalised IS NOT NULL OR
    NEW.registered IS NOT NULL OR NEW.certificate_number IS NOT NULL OR NEW.applied IS NOT NULL OR
    NEW.application_form IS NOT NULL OR NEW.application_place IS NOT NULL OR NEW.application_effect IS NOT
    NULL OR NEW.funding_total IS NOT NULL OR NEW.funding IS NOT NULL OR NEW.objectives IS NOT NULL OR
    NEW.content IS NOT NULL OR NEW.products IS NOT NULL OR NEW.field_codes IS NOT NULL OR
    NEW.objective_codes IS NOT NULL OR NEW.activity_codes IS NOT NULL OR NEW.deposited IS NOT NULL OR
    NEW.other_deposits IS NOT NULL OR NEW.keywords IS NOT NULL OR NEW.tags IS NOT NULL OR NEW.notes IS NOT
    NULL OR NEW.attachments IS NOT NULL) BEGIN SELECT RAISE(ABORT, 'above_ceiling'); END
    """,
    """
    CREATE TABLE training_session (pk INTEGER PRIMARY KEY REFERENCES record (pk), number INTEGER NOT NULL
    CHECK (number > 0), version INTEGER NOT NULL CHECK (version > 0), state TEXT NOT NULL CHECK (state IN
    ('draft', 'complete', 'trashed')), secrecy TEXT NOT NULL, created_at TEXT NOT NULL, created_by TEXT NOT
    NULL, changed_at TEXT NOT NULL, changed_by TEXT NOT NULL, title TEXT, title__sort TEXT, type TEXT,
    type__sort TEXT, topic TEXT, organiser TEXT, organiser__sort TEXT, legal_basis TEXT, lecturers TEXT,
    start TEXT, "end" TEXT, hours REAL, place TEXT, place__sort TEXT, mode TEXT, participants INTEGER, women
    INTEGER, own_unit INTEGER, participant_list TEXT, certificate TEXT, cost_total INTEGER, cost TEXT,
    evaluation TEXT, keywords TEXT, tags TEXT, notes TEXT, attachments TEXT) STRICT
    """,
    """
    CREATE INDEX training_session__by_number ON training_session (number, pk, state)
    """,
    """
    CREATE INDEX training_session__by_changed_at ON training_session (changed_at, pk, state)
    """,
    """
    CREATE INDEX training_session__by_title ON training_session (title__sort, pk, state)
    """,
    """
    CREATE INDEX training_session__by_type ON training_session (type__sort, pk, state)
    """,
    """
    CREATE INDEX training_session__by_organiser ON training_session (organiser__sort, pk, state)
    """,
    """
    CREATE INDEX training_session__by_start ON training_session (start, pk, state)
    """,
    """
    CREATE INDEX training_session__by_end ON training_session ("end", pk, state)
    """,
    """
    CREATE INDEX training_session__by_place ON training_session (place__sort, pk, state)
    """,
    """
    CREATE INDEX training_session__by_participants ON training_session (participants, pk, state)
    """,
    """
    CREATE INDEX training_session__by_cost_total ON training_session (cost_total, pk, state)
    """,
    """
    CREATE VIRTUAL TABLE training_session__search USING fts5(title, rest, title_exact, rest_exact,
    content='', contentless_delete=1, prefix='2 3', tokenize='unicode61 remove_diacritics 0')
    """,
    """
    CREATE TRIGGER training_session__ceiling_insert BEFORE INSERT ON training_session WHEN CASE NEW.secrecy
    WHEN 'thuong' THEN 0 WHEN 'mat' THEN 1 WHEN 'toi_mat' THEN 2 WHEN 'tuyet_mat' THEN 3 ELSE 4 END >
    coalesce((SELECT CASE value WHEN 'thuong' THEN 0 WHEN 'mat' THEN 1 WHEN 'toi_mat' THEN 2 WHEN
    'tuyet_mat' THEN 3 ELSE 0 END FROM setting WHERE key = 'secrecy_ceiling'), 0) AND (NEW.title IS NOT NULL
    OR NEW.topic IS NOT NULL OR NEW.organiser IS NOT NULL OR NEW.legal_basis IS NOT NULL OR NEW.lecturers IS
    NOT NULL OR NEW."end" IS NOT NULL OR NEW.hours IS NOT NULL OR NEW.place IS NOT NULL OR NEW.mode IS NOT
    NULL OR NEW.participants IS NOT NULL OR NEW.women IS NOT NULL OR NEW.own_unit IS NOT NULL OR
    NEW.participant_list IS NOT NULL OR NEW.certificate IS NOT NULL OR NEW.cost_total IS NOT NULL OR
    NEW.cost IS NOT NULL OR NEW.evaluation IS NOT NULL OR NEW.keywords IS NOT NULL OR NEW.tags IS NOT NULL
    OR NEW.notes IS NOT NULL OR NEW.attachments IS NOT NULL) BEGIN SELECT RAISE(ABORT, 'above_ceiling'); END
    """,
    """
    CREATE TRIGGER training_session__ceiling_update BEFORE UPDATE ON training_session WHEN CASE NEW.secrecy
    WHEN 'thuong' THEN 0 WHEN 'mat' THEN 1 WHEN 'toi_mat' THEN 2 WHEN 'tuyet_mat' THEN 3 ELSE 4 END >
    coalesce((SELECT CASE value WHEN 'thuong' THEN 0 WHEN 'mat' THEN 1 WHEN 'toi_mat' THEN 2 WHEN
    'tuyet_mat' THEN 3 ELSE 0 END FROM setting WHERE key = 'secrecy_ceiling'), 0) AND (NEW.title IS NOT NULL
    OR NEW.topic IS NOT NULL OR NEW.organiser IS NOT NULL OR NEW.legal_basis IS NOT NULL OR NEW.lecturers IS
    NOT NULL OR NEW."end" IS NOT NULL OR NEW.hours IS NOT NULL OR NEW.place IS NOT NULL OR NEW.mode IS NOT
    NULL OR NEW.participants IS NOT NULL OR NEW.women IS NOT NULL OR NEW.own_unit IS NOT NULL OR
    NEW.participant_list IS NOT NULL OR NEW.certificate IS NOT NULL OR NEW.cost_total IS NOT NULL OR
    NEW.cost IS NOT NULL OR NEW.evaluation IS NOT NULL OR NEW.keywords IS NOT NULL OR NEW.tags IS NOT NULL
    OR NEW.notes IS NOT NULL OR NEW.attachments IS NOT NULL) BEGIN SELECT RAISE(ABORT, 'above_ceiling'); END
    """,
)
