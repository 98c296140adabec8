"""The heterogeneous graph encoder: a vector for every node, from its features and neighbours."""

from graph.encoder.config import Aggregation, ConvolutionKind, EncoderConfig, JumpingKnowledge
from graph.encoder.graph_schema import GraphSchema

__all__ = [
    "Aggregation",
    "ConvolutionKind",
    "EncoderConfig",
    "GraphSchema",
    "JumpingKnowledge",
]
