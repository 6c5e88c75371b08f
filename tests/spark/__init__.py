"""The same models on Spark. `make spark-test` runs these tests; they need Java 17 and the extra `spark`."""
