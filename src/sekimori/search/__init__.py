"""The question to all mail: from what people type to a tree and back, what agreed, other systems' words for it."""
