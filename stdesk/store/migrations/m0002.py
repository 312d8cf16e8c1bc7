"""The desk: drafts that are not saved yet, and which records are no doubles of each other.

Frozen: never edited, never derived from the kinds of a later day.
"""

from __future__ import annotations

TITLE = "drafts and doubles"

STATEMENTS = (
    """
    CREATE TABLE draft (kind TEXT NOT NULL, record TEXT NOT NULL, version INTEGER NOT NULL, secrecy TEXT NOT
    NULL, content TEXT, at TEXT NOT NULL, who TEXT NOT NULL, PRIMARY KEY (kind, record)) STRICT
    """,
    """
    CREATE TRIGGER draft__ceiling_insert BEFORE INSERT ON draft WHEN CASE NEW.secrecy WHEN 'thuong' THEN 0
    WHEN 'mat' THEN 1 WHEN 'toi_mat' THEN 2 WHEN 'tuyet_mat' THEN 3 ELSE 4 END > coalesce((SELECT CASE value
    WHEN 'thuong' THEN 0 WHEN 'mat' THEN 1 WHEN 'toi_mat' THEN 2 WHEN 'tuyet_mat' THEN 3 ELSE 0 END FROM
    setting WHERE key = 'secrecy_ceiling'), 0) AND NEW.content IS NOT NULL BEGIN SELECT RAISE(ABORT,
    'above_ceiling'); END
    """,
    """
    CREATE TRIGGER draft__ceiling_update BEFORE UPDATE ON draft WHEN CASE NEW.secrecy WHEN 'thuong' THEN 0
    WHEN 'mat' THEN 1 WHEN 'toi_mat' THEN 2 WHEN 'tuyet_mat' THEN 3 ELSE 4 END > coalesce((SELECT CASE value
    WHEN 'thuong' THEN 0 WHEN 'mat' THEN 1 WHEN 'toi_mat' THEN 2 WHEN 'tuyet_mat' THEN 3 ELSE 0 END FROM
    setting WHERE key = 'secrecy_ceiling'), 0) AND NEW.content IS NOT NULL BEGIN SELECT RAISE(ABORT,
    'above_ceiling'); END
    """,
    """
    ALTER TABLE publication ADD COLUMN distinct_from TEXT
    """,
    """
    CREATE INDEX publication__links_related_tasks ON publication (related_tasks, pk, state) WHERE
    related_tasks IS NOT NULL
    """,
    """
    CREATE INDEX publication__links_distinct_from ON publication (distinct_from, pk, state) WHERE
    distinct_from IS NOT NULL
    """,
    """
    DROP TRIGGER IF EXISTS publication__ceiling_insert
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
    NEW.keywords IS NOT NULL OR NEW.tags IS NOT NULL OR NEW.notes IS NOT NULL OR NEW.attachments IS NOT NULL
    OR NEW.distinct_from IS NOT NULL) BEGIN SELECT RAISE(ABORT, 'above_ceiling'); END
    """,
    """
    DROP TRIGGER IF EXISTS publication__ceiling_update
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
    NEW.keywords IS NOT NULL OR NEW.tags IS NOT NULL OR NEW.notes IS NOT NULL OR NEW.attachments IS NOT NULL
    OR NEW.distinct_from IS NOT NULL) BEGIN SELECT RAISE(ABORT, 'above_ceiling'); END
    """,
    """
    ALTER TABLE research_task ADD COLUMN distinct_from TEXT
    """,
    """
    CREATE INDEX research_task__links_distinct_from ON research_task (distinct_from, pk, state) WHERE
    distinct_from IS NOT NULL
    """,
    """
    DROP TRIGGER IF EXISTS research_task__ceiling_insert
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
    NULL OR NEW.attachments IS NOT NULL OR NEW.distinct_from IS NOT NULL) BEGIN SELECT RAISE(ABORT,
    'above_ceiling'); END
    """,
    """
    DROP TRIGGER IF EXISTS research_task__ceiling_update
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
    NULL OR NEW.attachments IS NOT NULL OR NEW.distinct_from IS NOT NULL) BEGIN SELECT RAISE(ABORT,
    'above_ceiling'); END
    """,
    """
    ALTER TABLE training_session ADD COLUMN distinct_from TEXT
    """,
    """
    CREATE INDEX training_session__links_distinct_from ON training_session (distinct_from, pk, state) WHERE
    distinct_from IS NOT NULL
    """,
    """
    DROP TRIGGER IF EXISTS training_session__ceiling_insert
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
    OR NEW.notes IS NOT NULL OR NEW.attachments IS NOT NULL OR NEW.distinct_from IS NOT NULL) BEGIN SELECT
    RAISE(ABORT, 'above_ceiling'); END
    """,
    """
    DROP TRIGGER IF EXISTS training_session__ceiling_update
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
    OR NEW.notes IS NOT NULL OR NEW.attachments IS NOT NULL OR NEW.distinct_from IS NOT NULL) BEGIN SELECT
    RAISE(ABORT, 'above_ceiling'); END
    """,
)
