"""Remember runs: checkpoints, the run ledger, content-addressed values and one lock per run, all in one state home."""
