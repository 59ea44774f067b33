using System.Globalization;
using System.Text;
using Jaga.People.Agencies;

namespace Jaga.Orders;

/// <summary>The words of receipts and answers, in the agency's language. "Complied" is only said of what the platform confirmed.</summary>
internal static class AnswerText
{
    public static string ReceiptSubject(Agency agency, Order order) => Say(agency, $"Order received: {order.Number}", $"Perintah diterima: {order.Number}") + Reference(order);

    public static string Receipt(Agency agency, Order order) => Say(
        agency,
        $"Your order was received on {At(order.ReceivedAt)} under the number {order.Number}. It is to be answered by {At(order.DueAt)}.\n",
        $"Perintah Anda diterima pada {At(order.ReceivedAt)} dengan nomor {order.Number}. Tenggat jawabannya {At(order.DueAt)}.\n");

    public static string Subject(Agency agency, Order order, AnswerOutcome outcome) => (outcome switch
    {
        AnswerOutcome.Clarification => Say(agency, $"Question about order {order.Number}", $"Pertanyaan mengenai perintah {order.Number}"),
        AnswerOutcome.Normalisation => Say(agency, $"Request to restore access, order {order.Number}", $"Permohonan normalisasi, perintah {order.Number}"),
        _ => Say(agency, $"Answer to order {order.Number}", $"Jawaban atas perintah {order.Number}"),
    }) + Reference(order);

    public static string Whole(Agency agency, Order order, AnswerOutcome outcome, string words, IReadOnlyList<OrderLocation> locations)
    {
        var text = new StringBuilder();
        text.Append(Subject(agency, order, outcome)).Append("\n\n").Append(Outcome(agency, outcome)).Append('\n');
        if (words.Length > 0)
        {
            text.Append('\n').Append(words).Append('\n');
        }

        if (outcome is not AnswerOutcome.Clarification)
        {
            text.Append('\n');
            var wanted = NarrowestScope.Countries(order, agency);
            foreach (var location in locations)
            {
                text.Append(CultureInfo.InvariantCulture, $"{location.Number}. {location.Location}\n   {Location(agency, location, location.CountriesFor(wanted))}\n{Wider(agency, location)}");
            }
        }

        return text.ToString();
    }

    public static string ReplySubject(Agency agency, Order order, OrderWarning warning) =>
        Say(agency, $"Reply to {warning.Name} on order {order.Number}", $"Tanggapan atas {warning.Name} mengenai perintah {order.Number}") + Reference(order);

    public static string Reply(Agency agency, Order order, OrderWarning warning, OrderReply reply) =>
        $"{ReplySubject(agency, order, warning)}\n{Kind(agency, reply.Kind)}\n\n{reply.Words}\n";

    private static string Kind(Agency agency, ReplyKind kind) => kind switch
    {
        ReplyKind.PaymentCommitment => Say(agency, "Commitment to pay the administrative fine", "Komitmen pembayaran denda administratif"),
        ReplyKind.Objection => Say(agency, "Objection", "Sanggah"),
        ReplyKind.Paid => Say(agency, "Proof of payment", "Bukti pembayaran"),
        _ => Say(agency, "Answer", "Jawaban"),
    };

    private static string Outcome(Agency agency, AnswerOutcome outcome) => outcome switch
    {
        AnswerOutcome.Complied => Say(agency, "The order was carried out at every location. The platform has confirmed it.", "Perintah telah dilaksanakan di semua lokasi. Platform telah mengonfirmasinya."),
        AnswerOutcome.Geoblocked => Say(agency, "Access was cut in the countries named below. The platform has confirmed it.", "Akses telah diputus di negara-negara yang disebut di bawah. Platform telah mengonfirmasinya."),
        AnswerOutcome.InPart => Say(agency, "The order was carried out in part. Each location is answered below.", "Perintah dilaksanakan sebagian. Setiap lokasi dijawab di bawah."),
        AnswerOutcome.Normalisation => Say(agency, "We ask that access to the service be restored. What the order names was done, as the platform confirmed:", "Kami memohon agar akses ke layanan dipulihkan (normalisasi). Yang disebut dalam perintah telah dilaksanakan, sebagaimana dikonfirmasi platform:"),
        AnswerOutcome.Refused => Say(agency, "The order was not carried out, on the grounds named below.", "Perintah tidak dilaksanakan, dengan dasar yang disebut di bawah."),
        _ => Say(agency, "We need to know the following before the order can be carried out.", "Kami memerlukan penjelasan berikut sebelum perintah dapat dilaksanakan."),
    };

    // Names of the countries only those that the order itself names: another's are nothing to this authority.
    private static string Location(Agency agency, OrderLocation l, IReadOnlyList<string>? countries) => l.State switch
    {
        LocationState.Removed => Say(agency, $"Removed everywhere, confirmed {At(l.DoneAt!.Value)}, receipt {l.Receipt}.", $"Dihapus di mana pun, dikonfirmasi {At(l.DoneAt!.Value)}, tanda terima {l.Receipt}."),
        LocationState.Geoblocked => Say(agency, $"Not shown in {Named(countries)}, confirmed {At(l.DoneAt!.Value)}, receipt {l.Receipt}.", $"Tidak ditampilkan di {Named(countries)}, dikonfirmasi {At(l.DoneAt!.Value)}, tanda terima {l.Receipt}."),
        LocationState.Restricted when countries is { Count: > 0 } => Say(agency, $"Not shown in {Named(countries)}, which is less than was ordered, confirmed {At(l.DoneAt!.Value)}, receipt {l.Receipt}.", $"Tidak ditampilkan di {Named(countries)}, kurang dari yang diperintahkan, dikonfirmasi {At(l.DoneAt!.Value)}, tanda terima {l.Receipt}."),
        LocationState.Restricted => Say(agency, $"Restricted ({l.Done}), confirmed {At(l.DoneAt!.Value)}, receipt {l.Receipt}.", $"Dibatasi ({l.Done}), dikonfirmasi {At(l.DoneAt!.Value)}, tanda terima {l.Receipt}."),
        LocationState.Refused => Say(agency, $"Not carried out: {Ground(l.Ground, id: false)} {l.Words}", $"Tidak dilaksanakan: {Ground(l.Ground, id: true)} {l.Words}").TrimEnd(),
        _ => Say(agency, "Not decided yet.", "Belum diputuskan."),
    };

    // What the desk wrote of it is the house's own and may name people: the authority is told a person's words for it, or that it was no act for the order.
    private static string Wider(Agency agency, OrderLocation l) => l switch
    {
        { Wider: null } or { State: LocationState.Refused } => "",
        { WiderTold: { } why } => Say(agency, $"   More was done than the order needs: {why}\n", $"   Tindakan ini lebih luas daripada yang diperlukan perintah: {why}\n"),
        _ => Say(agency, "   More was done than the order needs, by the platform's own decision.\n", "   Tindakan ini lebih luas daripada yang diperlukan perintah, atas keputusan platform sendiri.\n"),
    };

    private static string Ground(RefusalGround? ground, bool id) => (ground, id) switch
    {
        (RefusalGround.NotCompetent, false) => "the authority is not competent for this.",
        (RefusalGround.NotCompetent, true) => "otoritas tidak berwenang atas hal ini.",
        (RefusalGround.NoLegalBasis, false) => "the order names no law that bears it.",
        (RefusalGround.NoLegalBasis, true) => "perintah tidak menyebut dasar hukum yang memadai.",
        (RefusalGround.NothingThere, false) => "nothing is at this location.",
        (RefusalGround.NothingThere, true) => "tidak ada konten di lokasi ini.",
        (RefusalGround.NothingWrong, false) => "what is there was found to break neither the law nor the rules.",
        (RefusalGround.NothingWrong, true) => "konten di lokasi ini tidak terbukti melanggar hukum maupun aturan.",
        (RefusalGround.Disproportionate, false) => "it would do more than is necessary.",
        (RefusalGround.Disproportionate, true) => "tindakan itu melampaui yang diperlukan.",
        (RefusalGround.HumanRights, false) => "it would violate human rights.",
        (RefusalGround.HumanRights, true) => "tindakan itu akan melanggar hak asasi manusia.",
        (_, false) => "it cannot be done.",
        (_, true) => "hal itu tidak dapat dilakukan.",
    };

    private static string Named(IReadOnlyList<string>? countries) => string.Join(", ", countries ?? []);

    private static string Reference(Order order) => order.Reference is { } reference ? $" ({reference})" : "";

    private static string At(DateTimeOffset at) => at.ToString("yyyy-MM-dd HH:mm 'UTC'", CultureInfo.InvariantCulture);

    private static string Say(Agency agency, string en, string id) => agency.Language == "en" ? en : id;
}
