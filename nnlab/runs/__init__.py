"""The app's side of training: runs, their records, and the workers that serve them."""

from nnlab.runs.counters import Counters
from nnlab.runs.course import changes_live
from nnlab.runs.errors import LimitError, RunError
from nnlab.runs.limits import Limits
from nnlab.runs.progress import Status
from nnlab.runs.record import RunRecord
from nnlab.runs.service import RunService
from nnlab.runs.study_record import StudyProgress, StudyRecord, StudyState

__all__ = [
    "Counters",
    "LimitError",
    "Limits",
    "RunError",
    "RunRecord",
    "RunService",
    "Status",
    "StudyProgress",
    "StudyRecord",
    "StudyState",
    "changes_live",
]
