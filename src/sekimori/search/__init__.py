"""The question to all mail: from what people type to the tree and back, what agreed, and other systems' words for it."""
