using Jaga.Evidence;
using Jaga.People.Agencies;

namespace Jaga.Packages;

/// <summary>How far a package has come.</summary>
public enum PackageState
{
    /// <summary>One person prepared it; another must release it.</summary>
    Prepared,

    /// <summary>Released; it is being built, or waits for its turn.</summary>
    Building,

    /// <summary>Built and in the vault; the agency can take it.</summary>
    Ready,

    /// <summary>The agency has it, by its own receipt or by one that was entered.</summary>
    Received,

    /// <summary>Taken back before the agency had it.</summary>
    Withdrawn,
}

/// <summary>
/// What one agency is handed about one matter: a bag of sealed evidence with a report of who did what and when, encrypted to the agency's key. One person prepares it,
/// another releases it, and from then on it is what it is: what is sealed in it cannot change.
/// </summary>
public sealed class Package : IEntity, IAudited
{
    public Id<Package> Id { get; init; }

    /// <summary>What both sides call it, e.g. <c>P-2026-1A2B3C4D</c>.</summary>
    public required string Number { get; init; }

    /// <summary>The profile that says what is in it, by its id.</summary>
    public required string Profile { get; init; }

    /// <summary>Who gets it.</summary>
    public Id<Agency> Agency { get; init; }

    /// <summary>What it is about, in the law's plain word, e.g. <c>csam</c>.</summary>
    public required string Category { get; init; }

    /// <summary>Why this authority, in a sentence, as it was shown when the package was prepared.</summary>
    public required string Why { get; init; }

    /// <summary>What the preparer wants the receiver to read first; may be empty.</summary>
    public required string Note { get; init; }

    public PackageState State { get; private set; }

    /// <summary>As <see cref="Actor.ToString"/>.</summary>
    public required string PreparedBy { get; init; }

    public required string PreparedByName { get; init; }

    public DateTimeOffset PreparedAt { get; init; }

    /// <summary>The digest of what the second person saw and released (<see cref="PackageFolder.Contents.Digest"/>).</summary>
    public string? Seen { get; private set; }

    /// <summary>The matters as they were seen (JSON of <see cref="PackageMatter"/>s): what the report is made of.</summary>
    public string? Matters { get; private set; }

    public string? ReleasedBy { get; private set; }

    public string? ReleasedByName { get; private set; }

    public DateTimeOffset? ReleasedAt { get; private set; }

    public DateTimeOffset? WithdrawnAt { get; private set; }

    public string? WithdrawnBecause { get; private set; }

    /// <summary>The seal over everything in it.</summary>
    public Id<Exhibit>? Exhibit { get; private set; }

    /// <summary>The file that is handed over, in the vault.</summary>
    public Id<VaultObject>? Evidence { get; private set; }

    /// <summary>SHA-256 of that file, lower-case hexadecimal: what a receipt confirms.</summary>
    public string? Sha256 { get; private set; }

    /// <summary>Of that file, in bytes.</summary>
    public long? Length { get; private set; }

    /// <summary>The key that it is encrypted to; null for none.</summary>
    public Id<EncryptionKey>? Key { get; private set; }

    /// <summary>That key's fingerprint.</summary>
    public string? Fingerprint { get; private set; }

    public DateTimeOffset? BuiltAt { get; private set; }

    /// <summary>Until then one worker is building it.</summary>
    public DateTimeOffset? BuildingUntil { get; private set; }

    /// <summary>How much of <see cref="TotalBytes"/> was written so far.</summary>
    public long BuiltBytes { get; private set; }

    /// <summary>The evidence that goes into it, in bytes; 0 while unknown.</summary>
    public long TotalBytes { get; private set; }

    /// <summary>How often in a row it could not be built for a reason that may pass: a full disk, a store that is away.</summary>
    public int Failures { get; private set; }

    /// <summary>Why it could not be built, for a person to look into; null while nothing is wrong.</summary>
    public string? Halted { get; private set; }

    /// <summary>When the agency first took the file.</summary>
    public DateTimeOffset? TakenAt { get; private set; }

    public string? TakenBy { get; private set; }

    public DateTimeOffset? ReceivedAt { get; private set; }

    /// <summary>Who confirmed it, in words.</summary>
    public string? ReceivedBy { get; private set; }

    /// <summary>The receipt's own number or words.</summary>
    public string? Receipt { get; private set; }

    /// <summary>Whether it was handed over by hand, and the receipt entered here.</summary>
    public bool ByHand { get; private set; }

    /// <summary>Counts the changes, so that two people's acts at once do not both count.</summary>
    public int Version { get; private set; }

    public Subject Subject => Subject.Of("package", Id);

    /// <summary>The name of the file that is handed over.</summary>
    public string FileName => Key is null ? $"{Number}.tar" : $"{Number}.tar.gpg";

    /// <summary>A number for a new package.</summary>
    internal static string NumberOf(Id<Package> id, DateTimeOffset now) => $"P-{now.UtcDateTime:yyyy}-{id.Value.ToString("n")[24..].ToUpperInvariant()}";

    /// <summary>The second person lets it go.</summary>
    /// <exception cref="RuleBroken">It is the same person, or there is nothing to release.</exception>
    internal void Release(string seen, string matters, EncryptionKey? key, Actor by, DateTimeOffset now)
    {
        MustBe(PackageState.Prepared, "This package was released or taken back already.");
        if (by.ToString() == PreparedBy)
        {
            throw new RuleBroken("Two persons release a package: somebody else must look at what you prepared.");
        }

        (State, Seen, Matters, Key, Fingerprint, ReleasedBy, ReleasedByName, ReleasedAt, Version) = (PackageState.Building, seen, matters, key?.Id, key?.Fingerprint, by.ToString(), by.Name, now, Version + 1);
    }

    /// <summary>What goes into it is sealed.</summary>
    internal void Seal(Id<Exhibit> exhibit, long bytes)
    {
        MustBe(PackageState.Building, "This package is not being built.");
        (Exhibit, TotalBytes, Version) = (exhibit, bytes, Version + 1);
    }

    /// <summary>The file is in the vault.</summary>
    internal void Built(VaultObject file, DateTimeOffset now)
    {
        MustBe(PackageState.Building, "This package is not being built.");
        (State, Evidence, Sha256, Length, BuiltAt, BuildingUntil, BuiltBytes, Halted, Version) = (PackageState.Ready, file.Id, file.Sha256, file.Length, now, null, TotalBytes, null, Version + 1);
    }

    /// <summary>It cannot be built, and a person must look.</summary>
    internal void Halt(string because) => (Halted, BuildingUntil, Failures, Version) = (because.Length > 2000 ? because[..2000] : because, null, 0, Version + 1);

    /// <summary>It could not be built this time; its worker lets go of it.</summary>
    internal void Fail() => (BuildingUntil, Failures, Version) = (null, Failures + 1, Version + 1);

    /// <summary>A person has looked; it is tried again.</summary>
    /// <exception cref="RuleBroken">Nothing stopped it.</exception>
    internal void Resume()
    {
        MustBe(PackageState.Building, "This package is not being built.");
        (Halted, Version) = (Halted is null ? throw new RuleBroken("Nothing has stopped this package.") : null, Version + 1);
    }

    /// <exception cref="RuleBroken">The agency has it.</exception>
    internal void Withdraw(string because, DateTimeOffset now)
    {
        if (State is PackageState.Received or PackageState.Withdrawn || TakenAt is not null)
        {
            throw new RuleBroken(State is PackageState.Withdrawn ? "This package was taken back already." : "The agency has taken this package; it cannot be taken back.");
        }

        (State, WithdrawnAt, WithdrawnBecause, BuildingUntil, Version) = (PackageState.Withdrawn, now, because, null, Version + 1);
    }

    /// <summary>The agency takes the file; the first time counts.</summary>
    /// <exception cref="RuleBroken">There is no file, or it was taken back.</exception>
    internal void Take(Actor by, DateTimeOffset now)
    {
        MustHaveFile();
        (TakenAt, TakenBy, Version) = TakenAt is null ? (now, by.Name, Version + 1) : (TakenAt, TakenBy, Version);
    }

    /// <summary>The agency has it.</summary>
    /// <exception cref="RuleBroken">There is no file, it has a receipt, or the receipt is for another file.</exception>
    internal void Receive(string? sha256, string by, string receipt, bool byHand, DateTimeOffset now)
    {
        MustHaveFile();
        if (State is PackageState.Received)
        {
            throw new RuleBroken("This package has its receipt already.");
        }

        if (sha256 is not null && !string.Equals(sha256.Trim(), Sha256, StringComparison.OrdinalIgnoreCase))
        {
            throw new RuleBroken($"This is the digest of another file. The SHA-256 of {FileName} is {Sha256}: take it again and compare.");
        }

        (State, ReceivedAt, ReceivedBy, Receipt, ByHand, Version) = (PackageState.Received, now, by, receipt, byHand, Version + 1);
    }

    /// <exception cref="RuleBroken">There is no file, or it was taken back.</exception>
    internal void MustHaveFile() => _ = State is PackageState.Ready or PackageState.Received ? true : throw new RuleBroken("This package is not built yet, or was taken back.");

    private void MustBe(PackageState state, string otherwise) => _ = State == state ? true : throw new RuleBroken(otherwise);

    internal sealed class Table : IEntityTypeConfiguration<Package>
    {
        public void Configure(EntityTypeBuilder<Package> builder)
        {
            builder.ToTable("packages").Ignore(p => p.Subject).Ignore(p => p.FileName);
            builder.HasOne<Agency>().WithMany().HasForeignKey(p => p.Agency);
            builder.HasOne<Exhibit>().WithMany().HasForeignKey(p => p.Exhibit);
            builder.HasOne<VaultObject>().WithMany().HasForeignKey(p => p.Evidence);
            builder.HasOne<EncryptionKey>().WithMany().HasForeignKey(p => p.Key);
            builder.Property(p => p.Version).IsConcurrencyToken();
        }
    }
}

/// <summary>A decided case or an answered request for data that a package is about.</summary>
public sealed class PackageSubject
{
    public Id<Package> Package { get; init; }

    /// <summary>Its place, from 0.</summary>
    public int Position { get; init; }

    public Subject About { get; init; }

    internal sealed class Table : IEntityTypeConfiguration<PackageSubject>
    {
        public void Configure(EntityTypeBuilder<PackageSubject> builder)
        {
            builder.ToTable("package_subjects").HasKey(s => new { s.Package, s.Position });
            builder.HasOne<Package>().WithMany().HasForeignKey(s => s.Package);
        }
    }
}
