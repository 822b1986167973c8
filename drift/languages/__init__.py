"""Languages with symbol anchors: one small table of node kinds and forms each, imported when a file needs it."""
