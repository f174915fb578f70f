"""Prometheus and Alertmanager: configuration, rules and their unit tests."""
