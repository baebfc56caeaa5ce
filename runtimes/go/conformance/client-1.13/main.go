// Command function has a handler for every behaviour that clients of 2019 can have; its own name chooses it.
package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"syscall"
	"time"

	"github.com/aws/aws-lambda-go/lambda"
	"github.com/aws/aws-lambda-go/lambdacontext"
)

// TypeError has a name that is reported as the error's type.
type TypeError string

func (e TypeError) Error() string { return string(e) }

type functionContext struct {
	RequestID          string                       `json:"requestId"`
	FunctionName       string                       `json:"functionName"`
	FunctionVersion    string                       `json:"functionVersion"`
	InvokedFunctionArn string                       `json:"invokedFunctionArn"`
	RemainingMs        int64                        `json:"remainingMs"`
	ClientContext      *lambdacontext.ClientContext `json:"clientContext"`
	CognitoIdentityID  *string                      `json:"cognitoIdentityId"`
	TenantID           *string                      `json:"tenantId"`
	TraceID            interface{}                  `json:"traceId"`
}

var count int

var handlers = map[string]interface{}{
	"echo":           func(event json.RawMessage) (json.RawMessage, error) { return event, nil },
	"throws":         func() error { return TypeError("it is broken") },
	"panics":         func() { panic("at once") },
	"exit42":         func() { os.Exit(42) },
	"exit0":          func() { os.Exit(0) },
	"sigkill":        sigkill,
	"loop":           loop,
	"loopOnce":       loopOnce,
	"context":        describeContext,
	"environment":    environment,
	"writes":         writes,
	"sevenMegabytes": func() (string, error) { return strings.Repeat("x", 7000000), nil },
	"counts":         func() (int, error) { count++; return count, nil },
	"child":          child,
}

func main() {
	name := os.Getenv("_HANDLER")
	if name == "initExits" {
		os.Exit(3)
	}
	lambda.Start(handlers[name])
}

func sigkill() {
	_ = syscall.Kill(os.Getpid(), syscall.SIGKILL)
	select {}
}

func loop() {
	for {
	}
}

func loopOnce(event struct {
	Loop bool `json:"loop"`
}) (interface{}, error) {
	if event.Loop {
		loop()
	}
	return event, nil
}

func describeContext(ctx context.Context) (functionContext, error) {
	known, _ := lambdacontext.FromContext(ctx)
	deadline, _ := ctx.Deadline()
	described := functionContext{
		RequestID:          known.AwsRequestID,
		FunctionName:       lambdacontext.FunctionName,
		FunctionVersion:    lambdacontext.FunctionVersion,
		InvokedFunctionArn: known.InvokedFunctionArn,
		RemainingMs:        int64(time.Until(deadline) / time.Millisecond),
		TraceID:            ctx.Value("x-amzn-trace-id"),
	}
	if id := known.Identity.CognitoIdentityID; id != "" {
		described.CognitoIdentityID = &id
	}
	// To the client none is the same as an empty one.
	if known.ClientContext.Custom != nil {
		described.ClientContext = &known.ClientContext
	}
	return described, nil
}

func environment() (map[string]string, error) {
	variables := map[string]string{}
	for _, line := range os.Environ() {
		parts := strings.SplitN(line, "=", 2)
		variables[parts[0]] = parts[1]
	}
	return variables, nil
}

func writes() (string, error) {
	fmt.Print("out without end")
	fmt.Fprintln(os.Stderr, "err line")
	return "written", nil
}

func child() error {
	started := exec.Command("sleep", "1000")
	if err := started.Start(); err != nil {
		return err
	}
	fmt.Printf("child=%d\n", started.Process.Pid)
	loop()
	return nil
}
