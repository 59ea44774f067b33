using System.CommandLine;
using Jaga.Kernel;
using Jaga.People;
using Jaga.Server.Operate;

namespace Jaga.Server.Cli;

/// <summary><c>jaga up</c>: runs the product in the foreground until it is told to stop.</summary>
public static class Up
{
    /// <summary>A setting is wrong; nothing was started.</summary>
    public const int Wrong = 2;

    /// <summary>Where it listens unless somebody says otherwise.</summary>
    internal const string Usual = "http://localhost:5280";

    private const long LargeHeap = 256L * 1024 * 1024;
    private static readonly TimeSpan Settled = TimeSpan.FromSeconds(3);

    public static Command Build()
    {
        var data = new Option<string?>("--data") { Description = "The folder of everything that Jaga keeps, made at the first start. Default: as the settings say, or else data." };
        var urls = new Option<string?>("--urls") { Description = $"Where to listen; several are separated by semicolons. Default: as ASPNETCORE_URLS says, or else {Usual}." };
        var role = new Option<string>("--role") { Description = "all: answers, and works off what is due. web: only answers; other nodes work.", DefaultValueFactory = _ => "all" };
        var file = new Option<FileInfo>("--settings") { Description = "A JSON file of settings. The environment (Jaga__Room__Name) and flags (--Jaga:Room:Name=value) win over it." };
        role.AcceptOnlyFromAmong("all", "web");
        file.AcceptExistingOnly();
        var command = new Command("up", "Start Jaga in the foreground.") { data, urls, role, file };
        command.TreatUnmatchedTokensAsErrors = false;
        command.SetAction((parsed, ct) =>
        {
            if (parsed.UnmatchedTokens.FirstOrDefault(t => !t.StartsWith("--Jaga:", StringComparison.OrdinalIgnoreCase)) is { } stranger)
            {
                Console.Error.WriteLine($"'{stranger}' is not known here. A setting is written --Jaga:Room:Name=value.");
                return Task.FromResult(Wrong);
            }

            string[] flags =
            [
                .. parsed.GetValue(data) is { } folder ? [$"--Jaga:Storage:Data={folder}"] : Array.Empty<string>(),
                .. parsed.GetValue(urls) is { } where ? [$"--urls={where}"] : Array.Empty<string>(),
                .. parsed.GetValue(role) is "web" ? ["--Jaga:Worker:Enabled=false"] : Array.Empty<string>(),
                .. parsed.UnmatchedTokens,
            ];
            return Run(flags, parsed.GetValue(file), ct);
        });
        return command;
    }

    private static async Task<int> Run(string[] flags, FileInfo? said, CancellationToken ct)
    {
        var (started, urls) = (false, "");
        try
        {
            // The file comes first, so that everything after it wins.
            await using var app = App.Build(flags, builder =>
            {
                AddFirst(builder.Configuration, said);
                builder.Services.AddHostedService<WarmPages>();
                builder.Logging.AddFilter("Microsoft", LogLevel.Warning).AddFilter("System.Net.Http", LogLevel.Warning);
                // It says nothing from Warning on, and while it could, each request gets a trace and a scope that nobody reads.
                builder.Logging.AddFilter("Microsoft.AspNetCore.Hosting.Diagnostics", LogLevel.None);
                // Why it does not start is told below, in a sentence.
                builder.Logging.AddFilter("Microsoft.Extensions.Hosting.Internal.Host", level => started && level >= LogLevel.Warning);
                builder.Logging.AddFilter("Microsoft.AspNetCore.Server.Kestrel", level => started && level >= LogLevel.Warning);
            });
            urls = app.Configuration[WebHostDefaults.ServerUrlsKey] ?? "";
            if (Listening.Wrong(urls) is { } sentence)
            {
                throw new WrongSetting(sentence);
            }

            await app.Start(ct);
            started = true;
            Console.WriteLine($"Jaga listens at {string.Join(", ", app.Urls)}");
            var storage = app.Services.GetRequiredService<StorageSettings>();
            DataFolder.Remember(storage, app.Urls.First());
            if (DataFolder.Readable(storage) is { } file)
            {
                Terminal.Remark(DataFolder.Warning(file));
            }

            await TellSetUp(app, ct);
            var end = app.WaitForShutdownAsync(ct);
            await GiveBack(app.Services.GetServices<IHostedService>().OfType<WarmPages>().Single(), end, ct);
            await end;
            return 0;
        }
        catch (Exception wrong) when (wrong is WrongSetting or InvalidDataException)
        {
            await Console.Error.WriteLineAsync(wrong.Message);
            return Wrong;
        }
        catch (Exception refused) when (!started && (Listening.Refused(refused, urls) ?? OpenStore.Refused(refused)) is { } sentence)
        {
            Terminal.Remark(sentence);
            return Wrong;
        }
    }

    // Printed, not logged: whoever reads the link may use it.
    private static async Task TellSetUp(WebApplication app, CancellationToken ct)
    {
        await using var scope = app.Services.CreateAsyncScope();
        if (await scope.ServiceProvider.GetRequiredService<PrepareSetUp>().Run(ct) is { } link)
        {
            var address = app.Services.GetRequiredService<PeopleSettings>().Address is { Length: > 0 } set ? set : app.Urls.First();
            Console.WriteLine($"Nobody is here yet. Introduce yourself as the first administrator, within a day, at:{Environment.NewLine}  {People.Reached(address)}{link}");
        }
    }

    // What it took to start and to warm the pages is needed no more, and a server that nobody asks would hold it for hours. A large house's pause would be felt.
    private static async Task GiveBack(WarmPages warm, Task end, CancellationToken ct)
    {
        if (await Task.WhenAny(end, Task.WhenAll(warm.ExecuteTask ?? Task.CompletedTask, Task.Delay(Settled, ct))) != end && GC.GetTotalMemory(forceFullCollection: false) < LargeHeap)
        {
            GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        }
    }

    private static void AddFirst(ConfigurationManager configuration, FileInfo? file)
    {
        var own = new ConfigurationBuilder().AddInMemoryCollection([new("urls", Usual)]);
        if (file is not null)
        {
            own.AddJsonFile(file.FullName, optional: false);
        }

        var sources = ((IConfigurationBuilder)configuration).Sources;
        for (var i = own.Sources.Count - 1; i >= 0; i--)
        {
            sources.Insert(0, own.Sources[i]);
        }
    }
}
