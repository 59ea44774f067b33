using System.CommandLine;
using Jaga.Kernel;

namespace Jaga.Server.Cli;

/// <summary>
/// Opens the database for a verb that works beside the server, or without one: by the settings of the server itself, from its file and the environment, unless the verb says otherwise.
/// </summary>
internal sealed class OpenStore
{
    private readonly Option<string?> _data = new("--data") { Description = "Jaga's data folder. Default: as the settings say, or else data." };
    private readonly Option<string?> _store = new("--store") { Description = "A PostgreSQL connection string. Default: as the settings say, or else the database is in the data folder." };
    private readonly Option<FileInfo> _settings = new Option<FileInfo>("--settings") { Description = "The server's JSON file of settings. The environment (Jaga__Room__Name) wins over it." }.AcceptExistingOnly();

    /// <summary>Who acts: whoever has this machine's command line.</summary>
    public static Actor Operator { get; } = Actor.System("command-line");

    /// <summary>The options that say where the database is.</summary>
    public IEnumerable<Option> Options => [_data, _store, _settings];

    /// <summary>The settings of the house, <c>Jaga:Room:Name</c>, as the server would read them.</summary>
    /// <exception cref="InvalidDataException">The file of settings is not JSON.</exception>
    public IConfigurationRoot Settings(ParseResult parsed)
    {
        var said = new Dictionary<string, string?> { ["Jaga:Storage:Data"] = parsed.GetValue(_data), ["Jaga:Storage:Connection"] = parsed.GetValue(_store), ["Jaga:Worker:Enabled"] = "false" };
        var builder = new ConfigurationBuilder();
        if (parsed.GetValue(_settings) is { } file)
        {
            builder.AddJsonFile(file.FullName, optional: false);
        }

        return builder.AddEnvironmentVariables().AddInMemoryCollection(said.Where(s => s.Value is not null)).Build();
    }

    /// <summary>Where the database is, whether or not there is one.</summary>
    public StorageSettings Where(ParseResult parsed) => Where(Settings(parsed));

    /// <summary>Where the database is that is there.</summary>
    /// <exception cref="FileNotFoundException">There is none.</exception>
    public StorageSettings Existing(ParseResult parsed) => Existing(Where(parsed));

    /// <summary>Does <paramref name="work"/> with the product's parts, the schema up to date, the server not started.</summary>
    /// <param name="mayMake">Whether a database is made where there is none.</param>
    /// <param name="migrate">Whether its schema is brought up to date first.</param>
    /// <returns>What the work returns; 2, with the reason on standard error, where it is refused or fails.</returns>
    public async Task<int> Do(ParseResult parsed, Func<IServiceProvider, Task<int>> work, CancellationToken ct, bool mayMake = false, bool migrate = true)
    {
        try
        {
            var configuration = Settings(parsed);
            if (!mayMake)
            {
                Existing(Where(configuration));
            }

            var services = new ServiceCollection().AddLogging().AddSingleton<IConfiguration>(configuration).AddJaga(configuration.GetSection("Jaga"));
            await using var provider = services.BuildServiceProvider();
            await using var scope = provider.CreateAsyncScope();
            if (migrate)
            {
                await App.Prepare(scope.ServiceProvider, ct);
            }

            return await work(scope.ServiceProvider);
        }
        catch (Exception refused) when (refused is RuleBroken or NotFound or BadInput or WrongSetting || Refused(refused) is not null)
        {
            Terminal.Remark(refused.Message);
            return Terminal.Failed;
        }
    }

    /// <summary>Why the system or the database did not let it work; null where <paramref name="failure"/> is about something else.</summary>
    public static string? Refused(Exception failure) => failure is IOException or InvalidDataException or UnauthorizedAccessException or System.Data.Common.DbException ? failure.Message : null;

    private static StorageSettings Where(IConfiguration settings) => settings.GetSection("Jaga:Storage").Get<StorageSettings>() ?? new();

    private static StorageSettings Existing(StorageSettings storage) => storage.Connection.Length > 0 || File.Exists(Path.Combine(storage.Data, "jaga.db"))
        ? storage
        : throw new FileNotFoundException($"There is no jaga.db in {storage.Data}. Name the folder with --data, or the database with --store.");
}
