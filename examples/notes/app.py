"""A page with a JSON API that keeps its notes in /data: they are there after a redeploy, and after a restart."""

import json
from dataclasses import dataclass
from pathlib import Path

import vaas

FILE = Path("/data/notes.json")


@dataclass
class Note:
    text: str


@vaas.app
class Notes:
    def __init__(self):
        self.notes = json.loads(FILE.read_text()) if FILE.exists() else []

    @vaas.get("/")
    async def page(self):
        return vaas.html(Path("/app/page.html").read_text())

    @vaas.get("/api/notes")
    async def list(self):
        return self.notes

    @vaas.post("/api/notes")
    async def add(self, body: Note, res: vaas.Response):
        note = {"id": max((note["id"] for note in self.notes), default=0) + 1, "text": body.text}
        self.notes.append(note)
        self._save()
        res.status = 201
        return note

    @vaas.delete("/api/notes/{id}")
    async def remove(self, id: int):
        kept = [note for note in self.notes if note["id"] != id]
        if len(kept) == len(self.notes):
            raise vaas.HTTPError(404, f"there is no note {id}")
        self.notes = kept
        self._save()

    def _save(self):
        # Written beside and moved over: a crash in between leaves the old file whole.
        draft = FILE.with_suffix(".new")
        draft.write_text(json.dumps(self.notes))
        draft.replace(FILE)
