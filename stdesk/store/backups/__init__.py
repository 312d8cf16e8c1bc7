"""Backups: a repository of checked copies, in the library's ``backups/`` folder or on a stick.

``<place>/<stamp>-<why>/`` holds one backup: ``library.db``, ``library.key`` of a locked library, ``files.txt``
(which attachments and snapshots belong to it) and ``backup.json``, written last: without it there is no backup.
``<place>/files/xx/<name>`` is the one pool of attachments and snapshots for all of them: hard links of the
library's own files where the disk can, else copies made once and proved by their hash.
"""

from __future__ import annotations

from stdesk.store.backups.model import WHY, BackupInfo, Difference, Pruned

__all__ = ["WHY", "BackupInfo", "Difference", "Pruned"]
