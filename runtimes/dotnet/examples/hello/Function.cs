using System;
using System.IO;
using System.Threading.Tasks;
using Amazon.Lambda.Core;
using Amazon.Lambda.RuntimeSupport;

public static class Function
{
    public static async Task Main()
    {
        Func<Stream, ILambdaContext, Task<Stream>> handler = Handle;
        using var wrapper = HandlerWrapper.GetHandlerWrapper(handler);
        using var bootstrap = new LambdaBootstrap(wrapper);
        await bootstrap.RunAsync();
    }

    private static Task<Stream> Handle(Stream @event, ILambdaContext context)
    {
        context.Logger.LogLine($"Hello from {context.FunctionName}");
        return Task.FromResult(@event);
    }
}
