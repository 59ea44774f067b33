namespace Jaga.People;

/// <summary>Passwords that are guessed first: a common word or row of keys with digits and signs around it, one pattern over and over, one's own name.</summary>
public static class CommonPasswords
{
    private static readonly HashSet<string> Words = new(StringComparer.Ordinal)
    {
        "", "password", "passwordpassword", "passw0rd", "passphrase", "letmein", "letmeinplease", "welcome", "welcometo", "changeme", "changemenow", "default",
        "secret", "topsecret", "iloveyou", "iloveyouforever", "administrator", "admin", "adminadmin", "superadmin", "superuser", "root", "rootroot", "testtest", "testing", "test",
        "qwerty", "qwertyuiop", "qwertyqwerty", "qwertyuiopasdf", "qwertyuiopasdfghjkl", "asdfghjkl", "asdfghjklzxcvbnm", "zxcvbnm", "qazwsxedc", "qazwsxedcrfv", "azertyuiop",
        "abcdefghijkl", "abcdefghijklm", "abcdefghijklmnop", "abcdefghijklmnopqrstuvwxyz", "football", "baseball", "basketball", "sunshine", "princess", "dragon", "monkey", "superman", "batman", "starwars", "trustno",
        "correcthorsebatterystaple", "thisismypassword", "mypassword", "yourpassword", "nopassword", "jaga", "jagajaga", "moderator", "reviewer", "trustandsafety",
        "katasandi", "katakunci", "rahasia", "sangatrahasia", "sayang", "akusayangkamu", "bismillah", "alhamdulillah", "indonesia", "indonesiaraya", "merdeka", "jakarta", "garuda", "sandi", "kata",
    };

    /// <summary>True when <paramref name="password"/> would be among the first guesses for <paramref name="staff"/>.</summary>
    public static bool Contains(string password, StaffMember staff)
    {
        var plain = password.Normalize(System.Text.NormalizationForm.FormKC).ToLowerInvariant();
        var word = Letters(plain);
        return (Words.Contains(word) && (word.Length > 0 || !LooksRandom(plain))) || (word.Length > 0 && Words.Contains(Letters(Unmasked(plain)))) || Repeats(plain) || Own(plain, staff);
    }

    private static string Letters(string text) => new([.. text.Where(char.IsLetter)]);

    // Signs that stand for letters inside a word: p@ssw0rd. Those at its end are mostly a year.
    private static string Unmasked(string plain) =>
        plain.TrimEnd([.. plain.Where(c => !char.IsLetter(c))]).Replace('0', 'o').Replace('1', 'i').Replace('3', 'e').Replace('4', 'a').Replace('@', 'a').Replace('5', 's').Replace('$', 's').Replace('7', 't');

    // Digits alone are a date, a telephone number or a row of keys, unless there are many.
    private static bool LooksRandom(string plain) => plain.Length >= 20 && plain.Distinct().Count() >= 8;

    private static bool Repeats(string plain) => Enumerable.Range(1, Math.Min(6, plain.Length / 2)).Any(period => Enumerable.Range(period, plain.Length - period).All(i => plain[i] == plain[i - period]));

    private static bool Own(string plain, StaffMember staff)
    {
        var rest = plain.Replace(staff.Email, "", StringComparison.Ordinal).Replace(staff.Email.Split('@')[0], "", StringComparison.Ordinal);
        rest = staff.Name.ToLowerInvariant().Split(' ').Where(part => part.Length > 2).Aggregate(rest, (left, part) => left.Replace(part, "", StringComparison.Ordinal));
        return rest.Length < plain.Length && rest.Count(char.IsLetter) < 4;
    }
}
