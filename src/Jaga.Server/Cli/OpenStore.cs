using System.CommandLine;
using Jaga.Kernel;

namespace Jaga.Server.Cli;

/// <summary>Opens the database for a verb that works beside the server, or without one.</summary>
internal sealed class OpenStore
{
    private readonly Option<string> _data = new("--data") { Description = "Jaga's data folder.", DefaultValueFactory = _ => "data" };
    private readonly Option<string?> _store = new("--store") { Description = "A PostgreSQL connection string, where the database is not in the data folder." };

    /// <summary>Who acts: whoever has this machine's command line.</summary>
    public static Actor Operator { get; } = Actor.System("command-line");

    /// <summary>The options that say where the database is.</summary>
    public IEnumerable<Option> Options => [_data, _store];

    /// <summary>Does <paramref name="work"/> with the product's parts, the schema up to date, the server not started.</summary>
    /// <param name="mayMake">Whether a database is made where there is none.</param>
    /// <param name="migrate">Whether its schema is brought up to date first.</param>
    /// <returns>What the work returns; 2, with the reason on standard error, where it is refused or fails.</returns>
    public async Task<int> Do(ParseResult parsed, Func<IServiceProvider, Task<int>> work, CancellationToken ct, bool mayMake = false, bool migrate = true)
    {
        var (data, store) = (parsed.GetValue(_data)!, parsed.GetValue(_store));
        if (store is null && !mayMake && !File.Exists(Path.Combine(data, "jaga.db")))
        {
            Terminal.Remark($"There is no jaga.db in {data}. Name the folder with --data, or the database with --store.");
            return Terminal.Failed;
        }

        var configuration = new ConfigurationBuilder().AddEnvironmentVariables()
            .AddInMemoryCollection(new Dictionary<string, string?> { ["Jaga:Storage:Data"] = data, ["Jaga:Storage:Connection"] = store ?? "", ["Jaga:Worker:Enabled"] = "false" }).Build();
        try
        {
            var services = new ServiceCollection().AddLogging().AddSingleton<IConfiguration>(configuration).AddJaga(configuration.GetSection("Jaga"));
            await using var provider = services.BuildServiceProvider();
            await using var scope = provider.CreateAsyncScope();
            if (migrate)
            {
                await scope.ServiceProvider.GetRequiredService<Db>().Migrate(ct);
            }

            return await work(scope.ServiceProvider);
        }
        catch (Exception refused) when (refused is RuleBroken or NotFound or BadInput or WrongSetting or IOException or UnauthorizedAccessException or System.Data.Common.DbException)
        {
            Terminal.Remark(refused.Message);
            return Terminal.Failed;
        }
    }
}
