using Jaga.Kernel;
using Jaga.Server;

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
