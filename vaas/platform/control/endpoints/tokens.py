"""Tokens: ``/tokens``."""

from __future__ import annotations

import vaas
from vaas.platform.control import tokens
from vaas.platform.control.endpoints.base import V1, Noun, caller
from vaas.platform.control.json_lists import as_json
from vaas.platform.control.tokens import TokenOrder
from vaas.platform.control.views import NewToken, TokenView


class Tokens(Noun):
    @vaas.get(V1 + "/tokens")
    async def list_tokens(self, req: vaas.Request) -> list[TokenView]:
        """Every valid token without its secret, oldest first."""
        caller(req, "tokens")
        return await as_json(await tokens.list_tokens(self.store))

    @vaas.post(V1 + "/tokens")
    async def create_token(self, req: vaas.Request, res: vaas.Response, body: TokenOrder) -> NewToken:
        """Makes a token; its text is in this answer and nowhere else."""
        who = caller(req, "tokens")
        res.status = 201
        return await tokens.create_token(self.store, body, who.name)

    @vaas.delete(V1 + "/tokens/{id}")
    async def revoke_token(self, req: vaas.Request, id: str) -> None:
        """The token opens nothing from now on."""
        caller(req, "tokens")
        await tokens.revoke_token(self.store, id)
