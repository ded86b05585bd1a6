import java.io.FileInputStream;
import java.util.TreeMap;
import org.verapdf.gf.foundry.VeraGreenfieldFoundryProvider;
import org.verapdf.pdfa.Foundries;
import org.verapdf.pdfa.PDFAParser;
import org.verapdf.pdfa.PDFAValidator;
import org.verapdf.pdfa.flavours.PDFAFlavour;
import org.verapdf.pdfa.results.TestAssertion;
import org.verapdf.pdfa.results.ValidationResult;

/** Asks veraPDF about files: {@code Verdicts 2b,ua1 FILE...}; a line "flavour, file, yes or no, reasons" for each. */
public class Verdicts {
    private static final int REASONS_KEPT = 100;

    public static void main(String[] arguments) throws Exception {
        VeraGreenfieldFoundryProvider.initialise();
        for (String name : arguments[0].split(",")) {
            PDFAFlavour flavour = PDFAFlavour.fromString(name);
            for (int place = 1; place < arguments.length; place++) {
                System.out.println(name + "\t" + arguments[place] + "\t" + verdict(arguments[place], flavour));
            }
        }
    }

    private static String verdict(String file, PDFAFlavour flavour) throws Exception {
        try (PDFAParser parser = Foundries.defaultInstance().createParser(new FileInputStream(file), flavour)) {
            PDFAValidator validator =
                    Foundries.defaultInstance().createValidator(flavour, REASONS_KEPT, false, false, false);
            ValidationResult result = validator.validate(parser);
            TreeMap<String, String> reasons = new TreeMap<>();
            for (TestAssertion assertion : result.getTestAssertions()) {
                if (assertion.getStatus() == TestAssertion.Status.FAILED) {
                    String rule = assertion.getRuleId().getClause() + "-" + assertion.getRuleId().getTestNumber();
                    reasons.putIfAbsent(rule, assertion.getMessage().replaceAll("\\s+", " "));
                }
            }
            return (result.isCompliant() ? "yes" : "no") + "\t" + reasons;
        }
    }
}
