namespace Jaga.Packages;

/// <summary>How packages for authorities are made. <c>Jaga__Packages__…</c></summary>
public sealed record PackageSettings
{
    /// <summary>The country whose authorities are offered first: ISO 3166-1 alpha-2.</summary>
    public string Country { get; init; } = "ID";

    /// <summary>How long a package and what is sealed in it stay in the vault; one that is not encrypted no longer than the evidence in it. Set by the house.</summary>
    public TimeSpan Keep { get; init; } = TimeSpan.FromDays(5 * 365);

    /// <summary>The longest package, in bytes: 64 GiB unless changed, at least 1 MiB.</summary>
    public long MaxBytes { get; init; } = 64L * 1024 * 1024 * 1024;

    /// <summary>The program that encrypts (GnuPG 2.2 or later); empty for the distribution's.</summary>
    public string Gpg { get; init; } = "";

    internal IEnumerable<string> Wrong()
    {
        if (Country.Length != 2 || !Country.All(char.IsAsciiLetterUpper))
        {
            yield return $"Packages:Country is '{Country}'. It takes two capital letters (ISO 3166-1).";
        }

        if (Keep < TimeSpan.FromDays(1))
        {
            yield return $"Packages:Keep is {Keep}. It takes a day or more.";
        }

        if (MaxBytes < 1024 * 1024)
        {
            yield return $"Packages:MaxBytes is {MaxBytes}. It takes at least 1048576 (1 MiB).";
        }

        if (Gpg.Length > 0 && !File.Exists(Gpg))
        {
            yield return $"Packages:Gpg is '{Gpg}', which is not there.";
        }
    }
}
