"""The record of models, versions, evidence, stages and their audit trail, in one SQL database."""

from frontier_assets.registry.database import Registry

__all__ = ["Registry"]
