"""The trace: what a model computed for one sentence, in one labelled record."""
