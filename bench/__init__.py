"""Speed and memory, each figure beside a bare limit or a peer measured in the same run."""
