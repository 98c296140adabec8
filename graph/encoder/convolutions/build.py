"""Builds the convolution that a config names."""

from graph.encoder.config import ConvolutionKind, EncoderConfig
from graph.encoder.convolutions.convolution import Convolution
from graph.encoder.convolutions.gat import AttentionConvolution
from graph.encoder.convolutions.gcn import GraphConvolution
from graph.encoder.convolutions.gin import IsomorphismConvolution
from graph.encoder.convolutions.lightgcn import LightConvolution
from graph.encoder.convolutions.pinsage import PinSageConvolution
from graph.encoder.convolutions.sage import SageConvolution


def build_convolution(config: EncoderConfig) -> Convolution:
    """Return a convolution for one relation in one layer of an encoder."""
    width = config.width
    match config.convolution:
        case ConvolutionKind.SAGE:
            return SageConvolution(width, width, config.aggregation)
        case ConvolutionKind.GCN:
            return GraphConvolution(width, width, config.normalisation)
        case ConvolutionKind.GAT:
            return AttentionConvolution(
                width,
                width // config.num_heads,
                config.num_heads,
                version=config.attention_version,
                dropout=config.attention_dropout,
            )
        case ConvolutionKind.GIN:
            return IsomorphismConvolution(width, width)
        case ConvolutionKind.LIGHTGCN:
            return LightConvolution(width, config.normalisation)
        case ConvolutionKind.PINSAGE:
            return PinSageConvolution(width, width)
