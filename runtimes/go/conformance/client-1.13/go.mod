module function

go 1.18

// Before the Runtime API: it knows net/rpc and nothing else.
require github.com/aws/aws-lambda-go v1.13.3
