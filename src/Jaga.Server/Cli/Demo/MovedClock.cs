using Jaga.Kernel;
using Jaga.Obligations;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;

namespace Jaga.Server.Cli.Demo;

/// <summary>
/// What the ladder will do later, seen now: in a copy of the house that this process opens by itself, with its own clock put forward. The house of the story is not touched,
/// and nothing leaves the copy.
/// </summary>
internal static class MovedClock
{
    /// <summary>A rung that fell in the copy: its share of the time, who was told, and in which words.</summary>
    public sealed record Fell(int Percent, Whom Whom, string Says);

    /// <summary>Walks the ladders of a copy once, with the clock at a share of an obligation's time.</summary>
    /// <returns>The rungs of that obligation that fell on the way, with what staff were told at each.</returns>
    public static async Task<IReadOnlyList<Fell>> Walk(Stage stage, Guid obligation, double share, CancellationToken ct)
    {
        var copy = Path.Combine(stage.Folder, "copy");
        await Copy(stage.Data, copy, ct);
        var clock = new Ahead();
        var settings = new ConfigurationBuilder().AddInMemoryCollection(new Dictionary<string, string?> { ["Jaga:Storage:Data"] = copy, ["Jaga:Worker:Enabled"] = "false" }).Build();
        await using var house = new ServiceCollection().AddLogging().AddSingleton<IConfiguration>(settings).AddJaga(settings.GetSection("Jaga")).AddSingleton<TimeProvider>(clock).BuildServiceProvider();
        await using var scope = house.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<Db>();
        var id = new Id<Obligation>(obligation);
        var owed = await db.Obligations.AsNoTracking().SingleAsync(o => o.Id == id, ct);
        var before = await db.Rungs.Where(r => r.Obligation == id).Select(r => r.Id).ToListAsync(ct);
        clock.By = owed.OpenedAt + ((owed.DueAt - owed.OpenedAt) * share) - TimeProvider.System.GetUtcNow();
        while (await scope.ServiceProvider.GetRequiredService<WalkLadder>().Run(ct))
        {
        }

        var about = obligation.ToString();
        var told = await db.Notices.AsNoTracking().Where(n => n.About.Kind == "obligation" && n.About.Id == about).ToListAsync(ct);
        return [.. (await db.Rungs.AsNoTracking().Where(r => r.Obligation == id && !before.Contains(r.Id)).OrderBy(r => r.Number).ToListAsync(ct)).Select(r => new Fell(r.Percent, r.Whom, told.Single(n => n.Rung == r.Id).SaysEn))];
    }

    private static async Task Copy(string data, string copy, CancellationToken ct)
    {
        Directory.CreateDirectory(Path.Combine(copy, "keys"));
        foreach (var key in Directory.GetFiles(Path.Combine(data, "keys")))
        {
            File.Copy(key, Path.Combine(copy, "keys", Path.GetFileName(key)));
        }

        await using var from = new SqliteConnection($"Data Source={Path.Combine(data, "jaga.db")};Mode=ReadOnly;Pooling=False");
        await using var to = new SqliteConnection($"Data Source={Path.Combine(copy, "jaga.db")};Pooling=False");
        await from.OpenAsync(ct);
        await to.OpenAsync(ct);
        from.BackupDatabase(to);
    }

    private sealed class Ahead : TimeProvider
    {
        /// <summary>By how much it is ahead of the system's clock.</summary>
        public TimeSpan By { get; set; }

        public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + By;
    }
}
