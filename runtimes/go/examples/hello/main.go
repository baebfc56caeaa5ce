// Command handler says hello; `go build -o handler .` makes it.
package main

import (
	"context"
	"fmt"

	"github.com/aws/aws-lambda-go/lambda"
	"github.com/aws/aws-lambda-go/lambdacontext"
)

type event struct {
	Name string `json:"name"`
}

type answer struct {
	Greeting  string `json:"greeting"`
	RequestID string `json:"requestId"`
}

func main() {
	lambda.Start(func(ctx context.Context, e event) (answer, error) {
		known, _ := lambdacontext.FromContext(ctx)
		fmt.Println("Hello from", lambdacontext.FunctionName)
		return answer{Greeting: "Hello " + e.Name, RequestID: known.AwsRequestID}, nil
	})
}
