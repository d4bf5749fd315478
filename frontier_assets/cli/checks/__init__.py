"""What ``frontier check`` looks at: one file per thing, each a generator of findings."""
