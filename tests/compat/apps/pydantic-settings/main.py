from __future__ import annotations

from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict

import vaas


class Settings(BaseSettings):
    model_config = SettingsConfigDict(env_prefix="SHOP_", env_nested_delimiter="__", env_file="shop.env")

    name: str = "shop"
    limits: dict[str, int] = Field(default_factory=dict)
    key: SecretStr
    kept: str = ""


@vaas.app
class Shop:
    @vaas.get("/")
    def index(self):
        settings = Settings()
        return {"name": settings.name, "limits": settings.limits, "key": str(settings.key), "kept": settings.kept}
