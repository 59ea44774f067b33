using Jaga.Audit;
using Jaga.Deliveries;

namespace Jaga.Witnesses;

/// <summary>The audit log's checkpoints outside the house: published to a folder and to a receiver, and cosigned by witnesses, so that nobody here can rewrite what was signed.</summary>
public sealed class WitnessesRoom : IRoom
{
    public static void Add(IServiceCollection services, IConfiguration configuration)
    {
        var settings = services.AddSettings<WitnessSettings>(configuration, "Witnesses", s => s.Wrong());
        services.AddScoped<AskWitness>().AddScoped<AskTimestamp>().AddScoped<CheckpointFolder>().AddScoped<IOnAuditBroken, TellAuditBroken>();
        services.AddRecurring<PublishCheckpoint>("witnesses.publish", settings.Every);
        services.AddDeliveries(Permission.ReadDeliveries, PublishCheckpoint.Type);
    }

    public static void Map(IEndpointRouteBuilder api) => ReadWitnesses.Map(api);
}

/// <summary>Who else sees the log's checkpoints. <c>Jaga__Witnesses__…</c></summary>
public sealed record WitnessSettings
{
    /// <summary>A folder outside the data folder, best on another machine or on media that cannot be overwritten: each checkpoint becomes a file <c>checkpoint-SIZE</c> there. Empty for none.</summary>
    public string Folder { get; init; } = "";

    /// <summary>The name of a receiver of deliveries that gets each published checkpoint as <c>checkpoint.published</c>. Empty for none.</summary>
    public string Receiver { get; init; } = "";

    /// <summary>Witnesses, each as <c>URL KEY</c>: the address before <c>/add-checkpoint</c> (C2SP tlog-witness), and the witness's key (<c>name+id+base64</c>, kind 0x04).</summary>
    public IReadOnlyList<string> Ask { get; init; } = [];

    /// <summary>The address of a timestamp authority (RFC 3161 over HTTP) that timestamps each checkpoint that goes out. Empty for none.</summary>
    public string TimestampAuthority { get; init; } = "";

    /// <summary>A PEM file of the certificates that the authority's must lead to.</summary>
    public string TimestampRoots { get; init; } = "";

    /// <summary>How often a checkpoint goes out: from a minute to a day, hourly unless changed. What goes out is itself on record, so the log grows by it.</summary>
    public TimeSpan Every { get; init; } = TimeSpan.FromHours(1);

    /// <summary>Whether witnesses may be on private addresses.</summary>
    public bool AllowPrivate { get; init; }

    internal IEnumerable<(Uri Address, WitnessKey Key)> All() => Ask.Select(line => line.Split(' ', 2, StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)).Select(p => (new Uri(p[0].TrimEnd('/') + "/add-checkpoint"), WitnessKey.Parse(p[1])));

    internal IEnumerable<string> Wrong()
    {
        if (Every < TimeSpan.FromMinutes(1) || Every > TimeSpan.FromDays(1))
        {
            yield return $"Witnesses:Every is {Every}. It takes a minute to a day.";
        }

        if (TimestampAuthority.Length > 0 && !(Uri.TryCreate(TimestampAuthority, UriKind.Absolute, out _) && File.Exists(TimestampRoots)))
        {
            yield return $"Witnesses:TimestampAuthority is '{TimestampAuthority}' and TimestampRoots '{TimestampRoots}'. They take an address, and a PEM file that is there.";
        }

        foreach (var line in Ask)
        {
            if (WhyNot(line) is { } why)
            {
                yield return $"Witnesses:Ask holds '{line}': {why}";
            }
        }
    }

    private static string? WhyNot(string line)
    {
        if (line.Split(' ', 2, StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries) is not [var address, var key] || !Uri.TryCreate(address, UriKind.Absolute, out var uri) || uri.Scheme is not ("https" or "http"))
        {
            return "it takes an address and a key, with a space between.";
        }

        try
        {
            WitnessKey.Parse(key);
            return null;
        }
        catch (FormatException unreadable)
        {
            return unreadable.Message;
        }
    }
}
