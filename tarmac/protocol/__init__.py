"""The state machines of a run and its landing: pure, explored exhaustively, and run by the product as they are."""
