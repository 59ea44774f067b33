using Jaga.Kernel;
using Jaga.Media.Decoding;
using Jaga.Server;

if (args is [DecodeWorker.Verb, .. var limits])
{
    return DecodeWorker.Run(limits); // before anything else is built: a child wants nothing of it
}

try
{
    await using var app = App.Build(args);
    await app.Start(CancellationToken.None);
    await app.WaitForShutdownAsync();
    return 0;
}
catch (WrongSetting wrong)
{
    await Console.Error.WriteLineAsync(wrong.Message);
    return 2;
}
