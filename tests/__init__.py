"""The tests of Lead SLA: `unit`, `properties`, `integration`, and `oracle`, a second calculation of every number."""
