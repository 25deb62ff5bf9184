"""Understand what deploys a repository: Kubernetes workloads, managed services of cloud providers, platform files."""
