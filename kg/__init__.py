"""Accord: documents on school labour-management relations as an RDF graph that can be checked sentence by sentence."""

__version__ = "0.1.0"
