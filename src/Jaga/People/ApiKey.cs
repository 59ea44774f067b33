using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text;

namespace Jaga.People;

/// <summary>
/// What a program signs in with: <c>Authorization: Bearer jaga_PREFIX_SECRET</c>. The prefix finds the row; of the secret only
/// HMAC-SHA-256 under a key derived from the master key is stored.
/// </summary>
public sealed class ApiKey : IEntity, IAudited
{
    /// <summary>How exact <see cref="UsedAt"/> is.</summary>
    public static readonly TimeSpan UsedGrain = TimeSpan.FromMinutes(1);

    /// <summary>What every key starts with, so that scanners for leaked secrets can know it.</summary>
    public const string Scheme = "jaga_";

    private const int PrefixBytes = 6;

    public required Id<ApiKey> Id { get; init; }

    /// <summary>12 hexadecimal characters, unique; may be shown.</summary>
    public required string Prefix { get; init; }

    public required byte[] Hash { get; init; }

    /// <summary>What its makers call it; 1 to 100 characters.</summary>
    public required string Name { get; init; }

    /// <summary>What it may do, within its role.</summary>
    public required IReadOnlyList<Permission> Scopes { get; init; }

    /// <summary>The platform that it speaks for, or null for none.</summary>
    public string? Platform { get; init; }

    /// <summary>The organisation outside that it speaks for, an <c>agency</c> or a <c>flagger</c>; null for a platform's own.</summary>
    public Subject? SpeaksFor { get; init; }

    /// <summary>Follows from whom it speaks for.</summary>
    public Role Role => RoleOf(SpeaksFor);

    /// <summary>Who made it, as in the audit log.</summary>
    public required string CreatedBy { get; init; }

    public DateTimeOffset CreatedAt { get; init; }

    /// <summary>When it stops working; null for never.</summary>
    public DateTimeOffset? ExpiresAt { get; init; }

    public DateTimeOffset? RevokedAt { get; set; }

    /// <summary>The last request, to the minute.</summary>
    public DateTimeOffset? UsedAt { get; init; }

    public Subject Subject => Subject.Of("api-key", Id);

    public Actor Actor => new(ActorKind.ApiKey, Id.ToString(), Name) { For = SpeaksFor };

    public bool Works(DateTimeOffset now) => RevokedAt is null && (ExpiresAt is null || ExpiresAt > now);

    /// <summary>The role of a key that speaks for this organisation.</summary>
    public static Role RoleOf(Subject? speaksFor) => speaksFor?.Kind switch
    {
        null => Role.Integration,
        "agency" => Role.Officer,
        "flagger" => Role.Flagger,
        _ => throw new ArgumentException($"No key speaks for a {speaksFor.Value.Kind}.", nameof(speaksFor)),
    };

    /// <summary>A new key's row and its text, which is shown once.</summary>
    internal static (ApiKey Key, string Text) New(string name, IReadOnlyList<Permission> scopes, string? platform, DateTimeOffset? expires, Actor by, MasterKey master, DateTimeOffset now, Subject? speaksFor = null)
    {
        var (prefix, secret) = (Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(PrefixBytes)), Token.New());
        return (new()
        {
            Id = Id<ApiKey>.New(now),
            Prefix = prefix,
            Hash = Digest(master.Derive(Purpose), secret),
            Name = name,
            Scopes = scopes,
            Platform = platform,
            SpeaksFor = speaksFor,
            CreatedBy = by.ToString(),
            CreatedAt = now,
            ExpiresAt = expires,
        }, $"{Scheme}{prefix}_{secret}");
    }

    /// <summary>Parts a key's text into prefix and secret.</summary>
    internal static bool TryPart(string text, [NotNullWhen(true)] out string? prefix, [NotNullWhen(true)] out string? secret)
    {
        (prefix, secret) = (null, null);
        var rest = text.AsSpan();
        if (!rest.StartsWith(Scheme, StringComparison.Ordinal) || rest.Length is < 20 or > 100 || rest[Scheme.Length..].IndexOf('_') != PrefixBytes * 2)
        {
            return false;
        }

        rest = rest[Scheme.Length..];
        (prefix, secret) = (rest[..(PrefixBytes * 2)].ToString(), rest[(PrefixBytes * 2 + 1)..].ToString());
        return true;
    }

    internal const string Purpose = "people.api-keys";

    internal static byte[] Digest(byte[] pepper, string secret) => HMACSHA256.HashData(pepper, Encoding.UTF8.GetBytes(secret));

    internal sealed class Table : IEntityTypeConfiguration<ApiKey>
    {
        public void Configure(EntityTypeBuilder<ApiKey> builder)
        {
            builder.ToTable("api_keys").Ignore(k => k.Subject).Ignore(k => k.Actor).Ignore(k => k.Role);
            builder.Property(k => k.Scopes).HasWords();
            builder.Property(k => k.SpeaksFor).HasSubject();
        }
    }
}
