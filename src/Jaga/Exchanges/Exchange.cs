using System.Text.Json;
using Jaga.Deliveries;

namespace Jaga.Exchanges;

/// <summary>Which protocol an exchange speaks.</summary>
public enum ExchangeKind
{
    /// <summary>NCMEC Hash Sharing, version 2 (XML).</summary>
    Ncmec,

    /// <summary>StopNCII.org, version 1 (JSON).</summary>
    StopNcii,

    /// <summary>Meta ThreatExchange: the threat updates of one privacy group (Graph API).</summary>
    ThreatExchange,

    /// <summary>Tech Against Terrorism's hash list, version 2 (JSON).</summary>
    TechAgainstTerrorism,

    /// <summary>A list in one file, CSV or JSON Lines, fetched whole over HTTPS.</summary>
    List,

    /// <summary>The same from a folder of this machine.</summary>
    Folder,
}

/// <summary>Somebody outside who shares signals, and the bank that is kept in step with theirs. Its credentials are sealed under the master key.</summary>
public sealed class Exchange : IEntity, IAudited
{
    public const int MaxNameLength = 100;

    public Id<Exchange> Id { get; init; }

    /// <summary>1 to 100 characters; no other exchange has the same, upper and lower case taken as one.</summary>
    public required string Name { get; set; }

    public ExchangeKind Kind { get; init; }

    /// <summary>The key of the environment in <see cref="KnownExchanges"/>, or empty where the address was given by hand.</summary>
    public string Environment { get; init; } = "";

    /// <summary>Where it answers, without a slash at the end; of a folder, the file's name in it.</summary>
    public required string Address { get; set; }

    /// <summary>Whether it may stand in a private network and speak plain HTTP.</summary>
    public bool AllowPrivate { get; set; }

    /// <summary>The part of the exchange that is followed, where it has parts: of ThreatExchange the privacy group's number.</summary>
    public string Collection { get; init; } = "";

    /// <summary>The bank that its signals go into, by <see cref="Jaga.Banks.Bank.Number"/>; no other exchange writes there.</summary>
    public int Bank { get; init; }

    /// <summary>What is sent back to it goes to this receiver; null where it takes nothing.</summary>
    public Id<Receiver>? Receiver { get; init; }

    /// <summary>Minutes from the end of one run to the beginning of the next, 5 to 10,080.</summary>
    public int EveryMinutes { get; set; }

    /// <summary>Hours by which the bank may lag behind before somebody is told, 1 to 720.</summary>
    public int AllowedLagHours { get; set; }

    /// <summary>Days after which an entry that was not told again is dropped, 1 to 3,650; null for never.</summary>
    public int? KeepDays { get; set; }

    /// <summary>Nothing is fetched until a person goes on.</summary>
    public bool Paused { get; set; }

    public byte[]? SealedCredentials { get; private set; }

    public DateTimeOffset CreatedAt { get; init; }

    public Subject Subject => Subject.Of("exchange", Id);

    private string Purpose => $"exchange/{Id}";

    internal void Seal(IReadOnlyDictionary<string, string> credentials, MasterKey master) =>
        SealedCredentials = credentials.Count == 0 ? null : master.Seal(Purpose, JsonSerializer.SerializeToUtf8Bytes(credentials, Json.Options));

    internal IReadOnlyDictionary<string, string> Credentials(MasterKey master) => SealedCredentials is null
        ? new Dictionary<string, string>()
        : JsonSerializer.Deserialize<Dictionary<string, string>>(master.Open(Purpose, SealedCredentials), Json.Options)!;

    internal sealed class Table : IEntityTypeConfiguration<Exchange>
    {
        public void Configure(EntityTypeBuilder<Exchange> builder) => builder.ToTable("exchanges").Ignore(e => e.Subject);
    }
}
