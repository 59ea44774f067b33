namespace Jaga.Packages;

/// <summary>What an administrator has set for a profile, against the rule: packages of it may leave without encryption, for a reason that is kept.</summary>
public sealed class ProfileSetting : IAudited
{
    /// <summary>The profile's id.</summary>
    public required string Profile { get; init; }

    /// <summary>Whether packages of it go without encryption.</summary>
    public bool Unencrypted { get; private set; }

    public string Why { get; private set; } = "";

    public string SetBy { get; private set; } = "";

    public string SetByName { get; private set; } = "";

    public DateTimeOffset SetAt { get; private set; }

    public Subject Subject => new("package-profile", Profile);

    internal void Set(bool unencrypted, string why, Actor by, DateTimeOffset now) => (Unencrypted, Why, SetBy, SetByName, SetAt) = (unencrypted, why, by.ToString(), by.Name, now);

    internal sealed class Table : IEntityTypeConfiguration<ProfileSetting>
    {
        public void Configure(EntityTypeBuilder<ProfileSetting> builder) => builder.ToTable("profile_settings").Ignore(s => s.Subject).HasKey(s => s.Profile);
    }
}
