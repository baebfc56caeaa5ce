package main

import (
	"context"
	"fmt"
	"log"

	"github.com/aws/aws-lambda-go/lambda"
	"github.com/aws/aws-lambda-go/lambdacontext"
)

type event struct {
	Name string `json:"name"`
}

type greeting struct {
	Message string `json:"message"`
}

func handle(ctx context.Context, e event) (*greeting, error) {
	if known, ok := lambdacontext.FromContext(ctx); ok {
		log.Printf("Request %s", known.AwsRequestID)
	}
	if e.Name == "" {
		return nil, fmt.Errorf("the event has no name")
	}
	return &greeting{Message: "Hello, " + e.Name}, nil
}

func main() {
	lambda.Start(handle)
}
