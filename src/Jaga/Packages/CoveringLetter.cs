using System.Globalization;
using System.Text;
using Jaga.Letters;

namespace Jaga.Packages;

/// <summary>The covering letter of a package: the profile's own text with the fields of this package, on a sheet with the letterhead.</summary>
internal static class CoveringLetter
{
    private static readonly string[] Known = ["package.number", "package.about", "package.encryption", "house.name"];

    /// <exception cref="WrongSetting">A profile's letter has a field that is not known.</exception>
    public static void Check(PackageProfile profile)
    {
        try
        {
            _ = profile.Letter is null ? "" : LetterText.Plain($"{profile.Letter.Title}\n{profile.Letter.Body}", Known.ToDictionary(k => k, _ => "x"));
        }
        catch (RuleBroken unknown)
        {
            throw new WrongSetting($"The covering letter of the profile {profile.Id}: {unknown.Message}");
        }
    }

    /// <summary>The letter as a page of its own.</summary>
    public static string Html(PackageFolder.Contents contents, string house, DateTimeOffset now)
    {
        var (package, letter, id) = (contents.Package, contents.Profile.Letter!, contents.Profile.Language == "id");
        var about = string.Join(", ", contents.Matters.Select(m => id ? m.Title.Id : m.Title.En));
        var encryption = (package.Fingerprint, id) switch
        {
            ({ } print, true) => $"Paket dienkripsi dengan OpenPGP ke kunci {print}; buka dengan gpg --decrypt.",
            ({ } print, false) => $"The package is encrypted by OpenPGP to the key {print}; open it with gpg --decrypt.",
            (_, true) => "Paket diserahkan tanpa enkripsi atas keputusan yang tercatat.",
            _ => "The package is handed over without encryption, by a decision that is recorded.",
        };
        var values = new Dictionary<string, string> { ["package.number"] = package.Number, ["package.about"] = about, ["package.encryption"] = encryption, ["house.name"] = house };
        var title = LetterText.Plain(letter.Title, values);
        var text = new StringBuilder("<address>").Append(LetterText.Escape(contents.Agency.Name)).Append("</address>\n<p>").Append(now.ToString("d MMMM yyyy", CultureInfo.GetCultureInfo(contents.Profile.Language))).Append("</p>\n<h1>").Append(LetterText.Escape(title)).Append("</h1>\n");
        text.Append(LetterText.Html(letter.Body, values));
        if (package.Note.Length > 0)
        {
            text.Append("<p>").Append(LetterText.Escape(package.Note)).Append("</p>\n");
        }

        return PackageSheet.Whole(contents.Profile.Language, title, house, text.ToString());
    }

    /// <summary>What the agency is told by mail: that something waits, and nothing of what.</summary>
    public static (string Title, string Text) Waits(Package package, string language) => language == "id"
        ? ($"Paket {package.Number} tersedia", $"Paket {package.Number} tersedia di portal lembaga Anda.\nSHA-256: {package.Sha256}\n\nMohon konfirmasi penerimaannya di portal tersebut.")
        : ($"Package {package.Number} is ready", $"Package {package.Number} lies ready at your agency's door.\nSHA-256: {package.Sha256}\n\nPlease confirm there that you have it.");
}
