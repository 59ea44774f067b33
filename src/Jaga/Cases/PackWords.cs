using Jaga.Enforcement;
using Jaga.Obligations;
using Jaga.Packages;

namespace Jaga.Cases;

/// <summary>What was decided and done, as an authority reads it in a package: in words, in each language, beside the words that programs read.</summary>
internal static class PackWords
{
    public static Sentence Of(Verdict verdict) => verdict switch
    {
        Verdict.Illegal => new("Illegal", "Melanggar hukum"),
        Verdict.Violation => new("Against the house's rules", "Melanggar aturan layanan"),
        Verdict.NoViolation => new("Nothing wrong", "Tidak ada pelanggaran"),
        _ => new("Could not be viewed", "Tidak dapat dilihat"),
    };

    /// <param name="at">When the platform answered, as it is written; null while it has not.</param>
    public static Sentence Of(EnforcementAction action, string? at)
    {
        var (verb, target, state) = (Of(action.Verb), Of(action.Target), Of(action.State));
        var rest = $"{(action.Countries is { } where ? $" ({where})" : "")}";
        var since = at is null ? "" : $", {at}";
        return new($"{verb.En}: {target.En}{rest}; {state.En}{since}", $"{verb.Id}: {target.Id}{rest}; {state.Id}{since}");
    }

    /// <summary>The kind of a subject in words, and its id.</summary>
    public static Sentence Of(Subject subject) => subject.Kind switch
    {
        "item" => new($"item {subject.Id}", $"item {subject.Id}"),
        "account" => new($"account {subject.Id}", $"akun {subject.Id}"),
        "group" => new($"group {subject.Id}", $"grup {subject.Id}"),
        "link" => new(subject.Id, subject.Id),
        Locations.InWords => new($"in the reporter's words: {subject.Id}", $"dalam kata-kata pelapor: {subject.Id}"),
        _ => new(subject.ToString(), subject.ToString()),
    };

    private static Sentence Of(Verb verb) => verb switch
    {
        Verb.Remove => new("Take down", "Hapus"),
        Verb.Geoblock => new("Geoblock", "Blokir menurut wilayah"),
        Verb.AgeRestrict => new("Show to adults only", "Tampilkan hanya bagi orang dewasa"),
        Verb.Label => new("Label", "Beri label"),
        Verb.Demote => new("Recommend less", "Kurangi rekomendasi"),
        Verb.CloseGroup => new("Close the group", "Tutup grup"),
        Verb.SuspendAccount => new("Suspend the account", "Tangguhkan akun"),
        Verb.BanAccount => new("Ban the account", "Blokir akun"),
        Verb.BarFromFounding => new("Bar from founding groups", "Larang membuat grup"),
        Verb.RestrictMessaging => new("Restrict messaging", "Batasi pengiriman pesan"),
        _ => new("Warn", "Peringatkan"),
    };

    private static Sentence Of(ActionState state) => state switch
    {
        ActionState.Requested => new("asked, not confirmed by the platform", "diminta, belum dikonfirmasi platform"),
        ActionState.Confirmed => new("done, confirmed by the platform", "dilaksanakan, dikonfirmasi platform"),
        ActionState.Refused => new("refused by the platform", "ditolak platform"),
        _ => new("taken back", "ditarik kembali"),
    };
}
