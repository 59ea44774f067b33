using System.Globalization;
using Jaga.Kernel;
using Microsoft.EntityFrameworkCore;

namespace Jaga.Server.Cli.Bench;

/// <summary>The product's parts on a store that is made for a measurement: SQLite in a temporary folder, or an empty database of PostgreSQL.</summary>
internal sealed class BenchHouse : IAsyncDisposable
{
    private readonly DirectoryInfo _folder;
    private readonly bool _kept;
    private readonly ServiceProvider _parts;

    /// <param name="store">A PostgreSQL connection string, or null.</param>
    /// <param name="works">Whether parts that are started do what is due.</param>
    /// <param name="kept">The folder of its data, which is there afterwards too; null for a temporary one.</param>
    public BenchHouse(string? store, bool works, string? kept = null)
    {
        _kept = kept is not null;
        _folder = kept is null ? Directory.CreateTempSubdirectory("jaga-bench-") : Directory.CreateDirectory(kept);
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["Jaga:Storage:Data"] = _folder.FullName, ["Jaga:Storage:Connection"] = store ?? "", ["Jaga:Worker:Enabled"] = works ? "true" : "false",
        }).Build();
        _parts = new ServiceCollection().AddLogging().AddMetrics().AddSingleton<IConfiguration>(configuration).AddJaga(configuration.GetSection("Jaga")).BuildServiceProvider();
        Name = store is null ? "SQLite" : "PostgreSQL";
        Store = store is null ? [] : [("Storage:Connection", store)];
    }

    public string Name { get; }

    /// <summary>Its folder, for a server of its own beside it.</summary>
    public string Folder => _folder.FullName;

    /// <summary>What such a server has to be told of the store.</summary>
    public IReadOnlyList<(string Name, string Value)> Store { get; }

    /// <summary>A part that there is one of.</summary>
    public T One<T>()
        where T : notnull => _parts.GetRequiredService<T>();

    /// <summary>Does one thing with a part, as one request would.</summary>
    public async Task<T> Do<TPart, T>(Func<TPart, Task<T>> work)
        where TPart : notnull
    {
        await using var scope = _parts.CreateAsyncScope();
        return await work(scope.ServiceProvider.GetRequiredService<TPart>());
    }

    /// <summary>Brings the schema up to date.</summary>
    /// <param name="filled">Whether this measurement has filled it before.</param>
    /// <returns>Whether it has to be filled.</returns>
    /// <exception cref="RuleBroken">Somebody's work is in it.</exception>
    public Task<bool> Make(CancellationToken ct, Func<Db, Task<bool>>? filled = null) => Do<Db, bool>(async db =>
    {
        await db.Migrate(ct);
        return (filled is null || !await filled(db)) && (await db.AuditLines.AnyAsync(ct) ? throw new RuleBroken("There is something in this database. Name an empty one.") : true);
    });

    /// <summary>Inserts rows by the thousand.</summary>
    public Task Fill(string what, RawInsert into, int count, Func<Db, int, object?[]> row, CancellationToken ct) => Terminal.Progress(string.Create(CultureInfo.InvariantCulture, $"Writing {count:N0} {what}"), async done =>
    {
        const int piece = 20_000;
        for (var first = 0; first < count; first += piece)
        {
            await Do<Db, bool>(async db =>
            {
                await using var transaction = await db.Begin(ct);
                await db.Insert(into, Enumerable.Range(first, Math.Min(piece, count - first)).Select(i => row(db, i)), ct);
                await transaction.Commit(ct);
                return true;
            });
            done((double)first / count);
        }

        return true;
    });

    /// <summary>Has the store look at what it holds, as it does by itself in time.</summary>
    public Task Settle(CancellationToken ct) => Do<Db, int>(db => db.Database.ExecuteSqlRawAsync(db.Database.IsNpgsql() ? "VACUUM ANALYZE" : "PRAGMA wal_checkpoint(TRUNCATE)", ct));

    public async ValueTask DisposeAsync()
    {
        await _parts.DisposeAsync();
        if (!_kept)
        {
            _folder.Delete(recursive: true);
        }
    }
}
