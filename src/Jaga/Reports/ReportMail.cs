using Jaga.Deliveries;

namespace Jaga.Reports;

/// <summary>The mail to those reporters who gave an address: received, decided with the reason, and that a message waits. The address stays sealed in the record.</summary>
public sealed class ReportMail(Outbox outbox, MailSettings mail, ReportSettings settings)
{
    /// <summary>The type of these deliveries.</summary>
    public const string Type = "report.mail";

    /// <summary>The report was received.</summary>
    public void Received(Report report) => Send(report, words => (words["received-subject"], words["received-text", Platform(words), Category(report, words), words.At(report.ReceivedAt), Where(words)]));

    /// <summary>The report was decided.</summary>
    public void Decided(Report report, ReportAnswer answer) => Send(report, words => (words["decided-subject"], words[
        "decided-text", Platform(words), Category(report, words), words.At(report.ReceivedAt), words.At(answer.At), answer.Decided, string.Join('\n', answer.Because(words)), answer.Complain, Where(words)]));

    /// <summary>Somebody of the desk wrote; what, the receipt page tells.</summary>
    public void Message(Report report) => Send(report, words => (words["message-subject"], words["message-text", Platform(words), Category(report, words), words.At(report.ReceivedAt), Where(words)]));

    private void Send(Report report, Func<ReportWords, (string Subject, string Text)> compose)
    {
        if (report.Contact is not { } to || !mail.IsSet)
        {
            return;
        }

        var (subject, text) = compose(ReportWords.Of(report.Language));
        outbox.Mail(new([], subject, text) { SealedTo = to, Language = report.Language }, report.Subject, report.Subject.ToString(), Type);
    }

    private string Platform(ReportWords words) => settings.Platform.Length > 0 ? settings.Platform : words["platform"];

    private static string Category(Report report, ReportWords words) => words[$"category.{report.Category}"];

    private string Where(ReportWords words) => settings.Address.Length > 0 ? words["at", settings.Address] : "";
}
