"""Link a plan: what each script, artifact and typed reference uses and defines, in order."""
