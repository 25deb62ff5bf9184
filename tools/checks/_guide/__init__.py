"""Read guides as people write them: what renders as prose, as tabs or as code, and which lines of a block are commands."""
