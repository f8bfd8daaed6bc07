"""Jobs outside this process: arrays and results as files, and processes that run them."""
