"""The language model, and how the graph speaks to it: soft prompts, LoRA, grounding."""
