// An executable assembly. Its handler is `echo/function`, and the folder's name chooses what it does.
using System;
using System.Collections;
using System.Collections.Generic;
using System.Diagnostics;
using System.IO;
using System.Text.Json;
using System.Threading.Tasks;
using Amazon.Lambda.Core;
using Amazon.Lambda.RuntimeSupport;

// An error's type is reported by its name.
public class TypeError : Exception
{
    public TypeError(string message) : base(message) { }
}

public class RangeError : Exception
{
    public RangeError(string message) : base(message) { }
}

public static class Function
{
    private static int count;

    public static void Main()
    {
        RunAsync(Environment.GetEnvironmentVariable("_HANDLER").Split('/')[0]).GetAwaiter().GetResult();
    }

    private static async Task RunAsync(string method)
    {
        if (method == "initExits") Environment.Exit(3);
        Func<Stream, ILambdaContext, Task<Stream>> handler = async (input, context) =>
        {
            var text = await new StreamReader(input).ReadToEndAsync();
            var answer = new MemoryStream();
            var writer = new StreamWriter(answer);
            await writer.WriteAsync(Handle(method, text, context));
            await writer.FlushAsync();
            answer.Position = 0;
            return answer;
        };
        LambdaBootstrapInitializer initialize = () =>
        {
            if (method == "initThrows") throw new RangeError("it does not load");
            return Task.FromResult(true);
        };
        using (var wrapper = HandlerWrapper.GetHandlerWrapper(handler))
        using (var bootstrap = new LambdaBootstrap(wrapper, initialize))
        {
            await bootstrap.RunAsync();
        }
    }

    private static string Handle(string method, string text, ILambdaContext context)
    {
        switch (method)
        {
            case "echo":
                return text;
            case "throws":
                throw new TypeError("it is broken");
            case "exit42":
                Environment.Exit(42);
                return null;
            case "exit0":
                Environment.Exit(0);
                return null;
            case "sigkill":
                Process.GetCurrentProcess().Kill();
                return Loop();
            case "loop":
                return Loop();
            case "loopOnce":
                return text.Contains("true") ? Loop() : text;
            case "context":
                return JsonSerializer.Serialize(Describe(context));
            case "environment":
                var variables = new Dictionary<string, string>();
                foreach (DictionaryEntry entry in Environment.GetEnvironmentVariables())
                {
                    variables[(string)entry.Key] = (string)entry.Value;
                }
                return JsonSerializer.Serialize(variables);
            case "writes":
                Console.Out.Write("out without end");
                Console.Error.Write("err line\n");
                return "\"written\"";
            case "sevenMegabytes":
                return "\"" + new string('x', 7000000) + "\"";
            case "counts":
                count++;
                return count.ToString();
            case "child":
                using (var child = Process.Start(new ProcessStartInfo("sleep", "1000") { UseShellExecute = false }))
                {
                    Console.WriteLine("child=" + child.Id);
                    return Loop();
                }
            default:
                throw new ArgumentException(method);
        }
    }

    private static string Loop()
    {
        while (true) { }
    }

    private static Dictionary<string, object> Describe(ILambdaContext context)
    {
        var custom = context.ClientContext == null ? null : context.ClientContext.Custom;
        return new Dictionary<string, object>
        {
            ["requestId"] = context.AwsRequestId,
            ["functionName"] = context.FunctionName,
            ["functionVersion"] = context.FunctionVersion,
            ["invokedFunctionArn"] = context.InvokedFunctionArn,
            ["remainingMs"] = (int)context.RemainingTime.TotalMilliseconds,
            ["clientContext"] = custom == null ? null : new Dictionary<string, object> { ["custom"] = custom },
            ["cognitoIdentityId"] = context.Identity == null ? null : NullIfEmpty(context.Identity.IdentityId),
            ["tenantId"] = TenantOf(context),
            ["traceId"] = Environment.GetEnvironmentVariable("_X_AMZN_TRACE_ID"),
        };
    }

    private static string NullIfEmpty(string text)
    {
        return string.IsNullOrEmpty(text) ? null : text;
    }

    // The interface has it in newer releases only.
    private static string TenantOf(ILambdaContext context)
    {
        var property = typeof(ILambdaContext).GetProperty("TenantId");
        return property == null ? null : NullIfEmpty((string)property.GetValue(context));
    }
}
