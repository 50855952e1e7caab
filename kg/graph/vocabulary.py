"""The prefixes of `kg.namespaces` as rdflib namespaces, so that terms are written `ACC.status`."""

from __future__ import annotations

from rdflib import Namespace

from kg.namespaces import PREFIXES

ACC = Namespace(PREFIXES["acc"])
CITO = Namespace(PREFIXES["cito"])
DCTERMS = Namespace(PREFIXES["dcterms"])
OA = Namespace(PREFIXES["oa"])
ORG = Namespace(PREFIXES["org"])
PROV = Namespace(PREFIXES["prov"])
SCHEMA = Namespace(PREFIXES["schema"])
SKOS = Namespace(PREFIXES["skos"])
VOID = Namespace(PREFIXES["void"])
