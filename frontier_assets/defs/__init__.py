"""The models of this project: one folder with a `defs.yaml` and its code for each."""
