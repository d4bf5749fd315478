BEGIN TRANSACTION;
CREATE TABLE alembic_version (
	version_num VARCHAR(32) NOT NULL, 
	CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num)
);
INSERT INTO "alembic_version" VALUES('0003');
CREATE TABLE artifacts (
	id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, 
	version_id INTEGER NOT NULL, 
	name VARCHAR(100) NOT NULL, 
	digest VARCHAR(64) NOT NULL, 
	store VARCHAR(100) NOT NULL, 
	size_bytes BIGINT NOT NULL, 
	stored_bytes BIGINT NOT NULL, 
	members TEXT NOT NULL, 
	details TEXT NOT NULL, 
	outcome VARCHAR(20), 
	outcome_detail TEXT NOT NULL, 
	measures TEXT NOT NULL, 
	verified_at VARCHAR(32), 
	created_at VARCHAR(32) NOT NULL, 
	created_by TEXT NOT NULL, 
	run_id TEXT, 
	CONSTRAINT fk_artifacts_version_id FOREIGN KEY(version_id) REFERENCES versions (id)
);
INSERT INTO "artifacts" VALUES(1,1,'onnx','ed5a97afd4b840a1088ef3f19b22d061e2b74e833b92c72058edfbf3d63dfda2','default',1245,1710,'["model.onnx"]','{"source_digest":"d88d9c817df821c48eda7a98d218f89848234d8373f26f90a2e4e45b878aaad1"}','passed','0 of 812 outputs differ by more than 0.0001 + 0.001 of the original''s; largest difference 2.68e-07 over 406 rows in batches of 1, 7, 64','{"max_abs":2.682209014892578e-07,"max_rel":0.0006053268765133172,"rows":406.0,"top1_agreement":1.0}','2026-11-21T07:15:48.150382+00:00','2026-11-21T07:15:47.836183+00:00','root','d542b6d0-8bd5-4c29-98e3-2af7b6624fb8');
INSERT INTO "artifacts" VALUES(2,2,'onnx','b508501a78a962b4f51b423bb0387118098ca016860678ede11989337eb33d44','default',518720,519158,'["model.onnx"]','{"source_digest":"62b607d4f27454873ada2a979dc9cb663bba4d9414daeae41da7a4e844611383"}','passed','0 of 7840 outputs differ by more than 0.0001 + 0.001 of the original''s; largest difference 9.54e-06 over 784 rows in batches of 1, 7, 64','{"max_abs":9.5367431640625e-06,"max_rel":0.0004750101479440697,"rows":784.0,"top1_agreement":1.0}','2026-11-21T07:20:09.199968+00:00','2026-11-21T07:20:06.024292+00:00','root','e56c33a6-f0c6-4de7-b69f-c6f75fb7eda0');
INSERT INTO "artifacts" VALUES(3,3,'onnx','decfa1e68c674de065c1ed153244c7659f63474f426fdc0ece512979d5a2336f','default',518720,519158,'["model.onnx"]','{"source_digest":"5e481e3f6da4c57f7e354ce4d21a928ae14d46ec8e40b64619777574b1002605"}','passed','0 of 7840 outputs differ by more than 0.0001 + 0.001 of the original''s; largest difference 1.05e-05 over 784 rows in batches of 1, 7, 64','{"max_abs":1.049041748046875e-05,"max_rel":0.00029261100694605785,"rows":784.0,"top1_agreement":1.0}','2026-11-21T07:22:57.340948+00:00','2026-11-21T07:22:54.753351+00:00','root','4c29cc43-ed09-44e5-912d-f6ad97fba052');
CREATE TABLE attachments (
	id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, 
	version_id INTEGER NOT NULL, 
	name VARCHAR(100) NOT NULL, 
	kind VARCHAR(20) NOT NULL, 
	digest VARCHAR(64) NOT NULL, 
	store VARCHAR(100) NOT NULL, 
	size_bytes BIGINT NOT NULL, 
	stored_bytes BIGINT NOT NULL, 
	created_at VARCHAR(32) NOT NULL, 
	created_by TEXT NOT NULL, 
	run_id TEXT, 
	CONSTRAINT fk_attachments_version_id FOREIGN KEY(version_id) REFERENCES versions (id), 
	CONSTRAINT uq_attachments_version_id_name UNIQUE (version_id, name)
);
INSERT INTO "attachments" VALUES(1,2,'report.txt','report','296adbdf45e9bcf98d34469cc52a53b6903ca13901fc18796318969bd9a693b3','default',14,487,'2026-11-21T07:21:14.638743+00:00','root',NULL);
CREATE TABLE audit (
	id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, 
	model VARCHAR(100) NOT NULL, 
	sequence INTEGER NOT NULL, 
	action VARCHAR(40) NOT NULL, 
	version VARCHAR(150), 
	actor TEXT NOT NULL, 
	reason TEXT NOT NULL, 
	run_id TEXT, 
	"before" TEXT NOT NULL, 
	"after" TEXT NOT NULL, 
	at VARCHAR(32) NOT NULL, 
	previous_hash VARCHAR(64) NOT NULL, 
	hash VARCHAR(64) NOT NULL, 
	CONSTRAINT uq_audit_model_sequence UNIQUE (model, sequence)
);
INSERT INTO "audit" VALUES(1,'breast_cancer',1,'model_created',NULL,'root','',NULL,'{}','{"name":"breast_cancer"}','2026-11-21T07:13:58.547865+00:00','0000000000000000000000000000000000000000000000000000000000000000','ded1ec5f003cef5233eaac94d5b5abc68141826de593adf513e1414b707654cc');
INSERT INTO "audit" VALUES(2,'breast_cancer',2,'policy_recorded',NULL,'root','','25cec64a-1f91-4f54-b823-f707d7fd8fa8','{"policy_digest":null}','{"policy_digest":"c27ed78e24ef19fc3136837e7f715ff0ae4848a886d293a7573edbdbd68e0412"}','2026-11-21T07:13:58.562568+00:00','ded1ec5f003cef5233eaac94d5b5abc68141826de593adf513e1414b707654cc','518bb933fa76697c8d65d1eb869f9e13f8b2634ce34c3623cc9e5bd7757c2ca6');
INSERT INTO "audit" VALUES(3,'breast_cancer',3,'training_started',NULL,'root','','25cec64a-1f91-4f54-b823-f707d7fd8fa8','{}','{"name":"25cec64a1f91","status":"training"}','2026-11-21T07:13:58.580642+00:00','518bb933fa76697c8d65d1eb869f9e13f8b2634ce34c3623cc9e5bd7757c2ca6','7fbb6c5b9d24054a03d0f543c6d80baf29103777f64d166c8faaeeea9a4247ff');
INSERT INTO "audit" VALUES(4,'digits_classifier',1,'model_created',NULL,'root','',NULL,'{}','{"name":"digits_classifier"}','2026-11-21T07:14:00.512633+00:00','0000000000000000000000000000000000000000000000000000000000000000','a0b835d20709d892d10c0dd5d6fac73f8b38954daaf55284f8c28904795e3ea7');
INSERT INTO "audit" VALUES(5,'digits_classifier',2,'policy_recorded',NULL,'root','','fa59c3de-5800-47f7-8253-d61568339ec5','{"policy_digest":null}','{"policy_digest":"dc49c994dc4e4bbebc142483fd920580fce7ed9e103e9c45d98006fba890fa4b"}','2026-11-21T07:14:00.556645+00:00','a0b835d20709d892d10c0dd5d6fac73f8b38954daaf55284f8c28904795e3ea7','f22716ac356f319ec7117dd9933e958c1cfe5d474b70d42157ee703eb565681e');
INSERT INTO "audit" VALUES(6,'digits_classifier',3,'training_started',NULL,'root','','fa59c3de-5800-47f7-8253-d61568339ec5','{}','{"name":"fa59c3de5800","status":"training"}','2026-11-21T07:14:00.638060+00:00','f22716ac356f319ec7117dd9933e958c1cfe5d474b70d42157ee703eb565681e','10c34b94c522a04a6d1db617d8042a8c3071c0f1fe7ea9d6716628a565408d59');
INSERT INTO "audit" VALUES(7,'breast_cancer',4,'checkpoint_saved',NULL,'root','','25cec64a-1f91-4f54-b823-f707d7fd8fa8','{}','{"digest":"c44227f9174aa34ec2197453e010ab23c06dc4693e407c0dd869c31f4fd79c9c","key":"25cec64a1f91-step-1","metrics":{"accuracy":0.9496835443037975,"loss":0.20014785528182982}}','2026-11-21T07:14:11.947234+00:00','7fbb6c5b9d24054a03d0f543c6d80baf29103777f64d166c8faaeeea9a4247ff','f1d4197432c8ee53951290846cbf4fbb430fd0d4196bbdbdf3257e981308e804');
INSERT INTO "audit" VALUES(8,'breast_cancer',5,'checkpoint_saved',NULL,'root','','25cec64a-1f91-4f54-b823-f707d7fd8fa8','{}','{"digest":"f050ee18a1ce8ad24ba0610ed13e95996a10e9406995c17a7bac8c541e4a3b3a","key":"25cec64a1f91-step-2","metrics":{"accuracy":0.959746835443038,"loss":0.146615369617939}}','2026-11-21T07:14:13.544947+00:00','f1d4197432c8ee53951290846cbf4fbb430fd0d4196bbdbdf3257e981308e804','b6e1f00cf6a2b0d18a634eb7e46d621af424669e429f9d5d72719dc1a5bcce96');
INSERT INTO "audit" VALUES(9,'breast_cancer',6,'checkpoint_saved',NULL,'root','','25cec64a-1f91-4f54-b823-f707d7fd8fa8','{}','{"digest":"d107ea70a7edf266d5543f268254e7190b4a3b36eefaa46f2b382c63c2c0bc56","key":"25cec64a1f91-step-3","metrics":{"accuracy":0.9724050632911393,"loss":0.11215415447950364}}','2026-11-21T07:14:14.917261+00:00','b6e1f00cf6a2b0d18a634eb7e46d621af424669e429f9d5d72719dc1a5bcce96','66679b904ff686abb2abe8a1dee4e590a2a2449504254239d234bd2d0c9ef5d6');
INSERT INTO "audit" VALUES(10,'breast_cancer',7,'checkpoint_saved',NULL,'root','','25cec64a-1f91-4f54-b823-f707d7fd8fa8','{}','{"digest":"0b2a10c282d7164e7075c2b0f294b4c01ac9bdf4dbe7ae3d9ac7ebf3c4a6a1fb","key":"25cec64a1f91-step-4","metrics":{"accuracy":0.9774367088607596,"loss":0.09748076051473617}}','2026-11-21T07:14:16.038851+00:00','66679b904ff686abb2abe8a1dee4e590a2a2449504254239d234bd2d0c9ef5d6','18482b21ec62280728030eb3a18715d8f04e57ea1686cb8d6184fb07412e902a');
INSERT INTO "audit" VALUES(11,'breast_cancer',8,'checkpoint_saved',NULL,'root','','25cec64a-1f91-4f54-b823-f707d7fd8fa8','{}','{"digest":"35aa65482921b765ebfb9ce1fc91c7da1eed05d1a7598bd89ece75933c2448e4","key":"25cec64a1f91-step-5","metrics":{"accuracy":0.9824367088607595,"loss":0.09440943002700805}}','2026-11-21T07:14:18.193639+00:00','18482b21ec62280728030eb3a18715d8f04e57ea1686cb8d6184fb07412e902a','6d1bf58d82c2b07e8523db67e1796da89b94b09b3a4fcb79851e5bcc156ef267');
INSERT INTO "audit" VALUES(12,'breast_cancer',9,'checkpoint_saved',NULL,'root','','25cec64a-1f91-4f54-b823-f707d7fd8fa8','{}','{"digest":"0c97943dd9dec3c15b7683b834502d9fde96599fe0109dae971aff198733ecfc","key":"25cec64a1f91-step-6","metrics":{"accuracy":0.9799050632911392,"loss":0.10224876068532467}}','2026-11-21T07:14:22.197195+00:00','6d1bf58d82c2b07e8523db67e1796da89b94b09b3a4fcb79851e5bcc156ef267','b8aecc096750992f787ce46d5749adfd866d77f96849ea8883c907df315568c3');
INSERT INTO "audit" VALUES(13,'breast_cancer',10,'checkpoint_saved',NULL,'root','','25cec64a-1f91-4f54-b823-f707d7fd8fa8','{}','{"digest":"64c11e58864a6f90a71ae13212531595395a184c1f0921c2a6c6651aeea6d2cb","key":"25cec64a1f91-step-7","metrics":{"accuracy":0.9673101265822786,"loss":0.1269273765385151}}','2026-11-21T07:14:27.872136+00:00','b8aecc096750992f787ce46d5749adfd866d77f96849ea8883c907df315568c3','c1177759f7a9a565493559dc6d7358788731f045722aca7715ea4b7bacc86367');
INSERT INTO "audit" VALUES(14,'breast_cancer',11,'version_registered','1.0.0','root','','25cec64a-1f91-4f54-b823-f707d7fd8fa8','{}','{"change":"major","digest":"d88d9c817df821c48eda7a98d218f89848234d8373f26f90a2e4e45b878aaad1","parent":null}','2026-11-21T07:14:28.382727+00:00','c1177759f7a9a565493559dc6d7358788731f045722aca7715ea4b7bacc86367','484b684160ed89ded94369d24bc951a6873e5ad1d570c75c0ce730941762268c');
INSERT INTO "audit" VALUES(15,'breast_cancer',12,'training_finished',NULL,'root','','25cec64a-1f91-4f54-b823-f707d7fd8fa8','{"status":"training"}','{"name":"25cec64a1f91","status":"trained","version":"1.0.0"}','2026-11-21T07:14:28.462409+00:00','484b684160ed89ded94369d24bc951a6873e5ad1d570c75c0ce730941762268c','e54de101175c748ace9900c240354bce2f4c8599d92aa9376d05b0bebbf8645d');
INSERT INTO "audit" VALUES(16,'breast_cancer',13,'build_started','1.0.0','root','','d542b6d0-8bd5-4c29-98e3-2af7b6624fb8','{}','{"run_id":"d542b6d0-8bd5-4c29-98e3-2af7b6624fb8","state":"running"}','2026-11-21T07:14:49.232309+00:00','e54de101175c748ace9900c240354bce2f4c8599d92aa9376d05b0bebbf8645d','7ee3f9558f3fad11d7d98caad48fac5dfc24e9466d6b3bf9419b2f9af7a3bd19');
INSERT INTO "audit" VALUES(17,'digits_classifier',4,'checkpoint_saved',NULL,'root','','fa59c3de-5800-47f7-8253-d61568339ec5','{}','{"digest":"e407f67cf5ff5fefcac247636feaf35befe768e30128f8ba9793f5178220e33a","key":"fa59c3de5800-step-20","metrics":{"accuracy":0.9537037014961243,"loss":0.5447961091995239}}','2026-11-21T07:14:57.187493+00:00','10c34b94c522a04a6d1db617d8042a8c3071c0f1fe7ea9d6716628a565408d59','c42b1419967bd5954846aad887a81e8f28773e78b58d7f912a70790a1574ded6');
INSERT INTO "audit" VALUES(18,'breast_cancer',14,'evaluation_recorded','1.0.0','root','','d542b6d0-8bd5-4c29-98e3-2af7b6624fb8','{}','{"dataset":"holdout","dataset_digest":"b90defe91f32f5661e7d791554fc759e186288c6e1e50e08b54c2d83323e535c","details_digest":"b403c90840b9897457810e036ce9bfc202d1d01f39280e7fbd95ef77961c5ac5","evaluation":1,"metrics":{"accuracy":0.9766081871345029,"log_loss":0.057348875845543934,"recall_macro":0.978168808411215},"policy_digest":"c27ed78e24ef19fc3136837e7f715ff0ae4848a886d293a7573edbdbd68e0412","rows":171,"verdicts":{"few_missed_tumours":"passed","honest_probabilities":"passed","recall_versus_production":"passed"}}','2026-11-21T07:15:20.879492+00:00','7ee3f9558f3fad11d7d98caad48fac5dfc24e9466d6b3bf9419b2f9af7a3bd19','aa12c35413191b8cf5611d6cbf65b132f85121979c48226617ff67135e048d0e');
INSERT INTO "audit" VALUES(19,'breast_cancer',15,'evaluation_recorded','1.0.0','root','','d542b6d0-8bd5-4c29-98e3-2af7b6624fb8','{}','{"dataset":"second_reading","dataset_digest":"24416bb9d14ac3fb9b5c3399fb6490e4f1168d7a8e4672595e1f221259266994","details_digest":"f5d25df99746ef97a4ecb9836c41db738431b5dc36dc70b28678b9f82323dfe3","evaluation":2,"metrics":{"accuracy":0.9707602339181286,"log_loss":0.06537301960993723,"recall_macro":0.9734959112149533},"policy_digest":"c27ed78e24ef19fc3136837e7f715ff0ae4848a886d293a7573edbdbd68e0412","rows":171,"verdicts":{"same_on_second_reading":"passed"}}','2026-11-21T07:15:36.979115+00:00','aa12c35413191b8cf5611d6cbf65b132f85121979c48226617ff67135e048d0e','82db215a1e6a20afb27e918af25092f9327bd143766738897d3130b4f8c53673');
INSERT INTO "audit" VALUES(20,'digits_classifier',5,'checkpoint_saved',NULL,'root','','fa59c3de-5800-47f7-8253-d61568339ec5','{}','{"digest":"7c099fba69ead971d913c394c2264c686d0fe9672dea531d01b9ca95bddbdd6d","key":"fa59c3de5800-step-40","metrics":{"accuracy":0.9814814925193787,"loss":0.10404738038778305}}','2026-11-21T07:15:38.290637+00:00','c42b1419967bd5954846aad887a81e8f28773e78b58d7f912a70790a1574ded6','a2f202e3d0aa92b6bec9804d81057f85fd5a0c2aa3614c0195b33ca0db6d8843');
INSERT INTO "audit" VALUES(21,'breast_cancer',16,'artifact_stored','1.0.0','root','','d542b6d0-8bd5-4c29-98e3-2af7b6624fb8','{}','{"artifact":1,"digest":"ed5a97afd4b840a1088ef3f19b22d061e2b74e833b92c72058edfbf3d63dfda2","name":"onnx"}','2026-11-21T07:15:47.836183+00:00','82db215a1e6a20afb27e918af25092f9327bd143766738897d3130b4f8c53673','864b8b5a6804456aedf1a935fbacfaaf389f96ae2ede57f5a31f440c2211ae42');
INSERT INTO "audit" VALUES(22,'breast_cancer',17,'artifact_proved','1.0.0','root','','d542b6d0-8bd5-4c29-98e3-2af7b6624fb8','{"artifact":1,"digest":"ed5a97afd4b840a1088ef3f19b22d061e2b74e833b92c72058edfbf3d63dfda2","measures":{},"name":"onnx","outcome":null,"outcome_detail":""}','{"artifact":1,"digest":"ed5a97afd4b840a1088ef3f19b22d061e2b74e833b92c72058edfbf3d63dfda2","measures":{"max_abs":2.682209014892578e-07,"max_rel":0.0006053268765133172,"rows":406.0,"top1_agreement":1.0},"name":"onnx","outcome":"passed","outcome_detail":"0 of 812 outputs differ by more than 0.0001 + 0.001 of the original''s; largest difference 2.68e-07 over 406 rows in batches of 1, 7, 64"}','2026-11-21T07:15:48.150382+00:00','864b8b5a6804456aedf1a935fbacfaaf389f96ae2ede57f5a31f440c2211ae42','6c78726d56e9ee32f720fb11e4f3e7754d16329f8f6dfdb07c4ccd8ba0e01db0');
INSERT INTO "audit" VALUES(23,'breast_cancer',18,'build_completed','1.0.0','root','','d542b6d0-8bd5-4c29-98e3-2af7b6624fb8','{}','{"run_id":"d542b6d0-8bd5-4c29-98e3-2af7b6624fb8"}','2026-11-21T07:15:50.232562+00:00','6c78726d56e9ee32f720fb11e4f3e7754d16329f8f6dfdb07c4ccd8ba0e01db0','9a4af0518c0c849224fc2d8b0562477942995cd2009a2ce965681041dc85a49a');
INSERT INTO "audit" VALUES(24,'breast_cancer',19,'stage_moved','1.0.0','sensor:promotion','all conditions met: policy, gate holdout/few_missed_tumours, gate holdout/honest_probabilities, gate holdout/recall_versus_production, evaluation holdout, evaluation second_reading, conversion onnx, build, automatic, not barred, forward','e01b85ce-28f4-4f97-a06b-2e81f658728b','{"stage":"development"}','{"automatic":true,"replaced":null,"stage":"staging"}','2026-11-21T07:16:14.006014+00:00','9a4af0518c0c849224fc2d8b0562477942995cd2009a2ce965681041dc85a49a','52b3b49909dfc892a3e958dc20e5005e41e517f7a0f908ce8de3bad53db9c27e');
INSERT INTO "audit" VALUES(25,'digits_classifier',6,'checkpoint_saved',NULL,'root','','fa59c3de-5800-47f7-8253-d61568339ec5','{}','{"digest":"bb64d7f51dbc800759b3aee81f6515162e229c21415e60a93bd88e79ab80ccf2","key":"fa59c3de5800-step-60","metrics":{"accuracy":0.9814814925193787,"loss":0.07614569365978241}}','2026-11-21T07:16:19.890120+00:00','a2f202e3d0aa92b6bec9804d81057f85fd5a0c2aa3614c0195b33ca0db6d8843','6f6fb729da224f59d4d330b08ec0651843053703b3d7d4b3f86b89942855bfbc');
INSERT INTO "audit" VALUES(26,'breast_cancer',20,'stage_moved','1.0.0','sensor:promotion','all conditions met: policy, gate holdout/few_missed_tumours, gate holdout/honest_probabilities, gate holdout/recall_versus_production, evaluation holdout, evaluation second_reading, conversion onnx, build, staged, automatic, not barred, forward','93723e74-f992-4a2d-9139-8a427cd96dea','{"stage":"staging"}','{"automatic":true,"replaced":null,"stage":"production"}','2026-11-21T07:16:32.201524+00:00','52b3b49909dfc892a3e958dc20e5005e41e517f7a0f908ce8de3bad53db9c27e','08ac26cdb8f24219e15ab92938d9696bdebd8629b431237a873f251efd0edc00');
INSERT INTO "audit" VALUES(27,'digits_classifier',7,'checkpoint_saved',NULL,'root','','fa59c3de-5800-47f7-8253-d61568339ec5','{}','{"digest":"38049d5d1d526b14b2152e391d88c8541d369a87ce01a7eba2091e2a65a8870c","key":"fa59c3de5800-step-80","metrics":{"accuracy":0.9768518805503845,"loss":0.06102569401264191}}','2026-11-21T07:16:47.478418+00:00','6f6fb729da224f59d4d330b08ec0651843053703b3d7d4b3f86b89942855bfbc','085463031a60722865a0d82801428d2dceb49ca7e5322399c8460c849140ecf1');
INSERT INTO "audit" VALUES(28,'digits_classifier',8,'checkpoint_saved',NULL,'root','','fa59c3de-5800-47f7-8253-d61568339ec5','{}','{"digest":"fd2763c2e403344adaf17c55cc860de6eb5928870a75ebc4f936afe211eb8c74","key":"fa59c3de5800-step-100","metrics":{"accuracy":0.9861111044883728,"loss":0.0328185148537159}}','2026-11-21T07:17:09.934742+00:00','085463031a60722865a0d82801428d2dceb49ca7e5322399c8460c849140ecf1','d82d90180f5b4bde37b0d7ba37b2fab2ee3373bf828a8526f2093627c01f1248');
INSERT INTO "audit" VALUES(29,'digits_classifier',9,'checkpoint_saved',NULL,'root','','fa59c3de-5800-47f7-8253-d61568339ec5','{}','{"digest":"a65db8893f9dd61cf882d6fdbb6ca92eb7509add6e051422789703354a23cebc","key":"fa59c3de5800-step-120","metrics":{"accuracy":0.9907407164573669,"loss":0.03209184855222702}}','2026-11-21T07:17:37.329335+00:00','d82d90180f5b4bde37b0d7ba37b2fab2ee3373bf828a8526f2093627c01f1248','90e48df530cd530589cffbcd0c1c38e74fa49b04cc7aa39c981981cc72965587');
INSERT INTO "audit" VALUES(30,'digits_classifier',10,'checkpoint_saved',NULL,'root','','fa59c3de-5800-47f7-8253-d61568339ec5','{}','{"digest":"d9855f5054449e38ab70168d354d2b4182baab89b124bb588c9547d692ffcd6a","key":"fa59c3de5800-step-140","metrics":{"accuracy":1.0,"loss":0.019625607877969742}}','2026-11-21T07:17:57.813691+00:00','90e48df530cd530589cffbcd0c1c38e74fa49b04cc7aa39c981981cc72965587','ae388ddb96165527b5b3956e77e8d4f4d731358533c84d136ab66392298c8004');
INSERT INTO "audit" VALUES(31,'digits_classifier',11,'checkpoint_saved',NULL,'root','','fa59c3de-5800-47f7-8253-d61568339ec5','{}','{"digest":"94e29e7c1f62cad7a779208198f6887841148db54d24624e68ce2eda66e2d827","key":"fa59c3de5800-step-160","metrics":{"accuracy":1.0,"loss":0.018196387216448784}}','2026-11-21T07:18:12.269476+00:00','ae388ddb96165527b5b3956e77e8d4f4d731358533c84d136ab66392298c8004','f4919c3f5006471a965419fea333260deee407d50a70dffddcaf53fea083b926');
INSERT INTO "audit" VALUES(32,'digits_classifier',12,'checkpoint_saved',NULL,'root','','fa59c3de-5800-47f7-8253-d61568339ec5','{}','{"digest":"8777c9b1742f612c65238353feac0d9d5a4ffb575e6c51b66d9efdf09c038c5a","key":"fa59c3de5800-step-180","metrics":{"accuracy":0.9953703880310059,"loss":0.017971191555261612}}','2026-11-21T07:18:22.893284+00:00','f4919c3f5006471a965419fea333260deee407d50a70dffddcaf53fea083b926','cf660a10380d088274d0a680ff2c5bf136dadbce352cf1763ffc19d70ded2d9e');
INSERT INTO "audit" VALUES(33,'digits_classifier',13,'checkpoint_saved',NULL,'root','','fa59c3de-5800-47f7-8253-d61568339ec5','{}','{"digest":"594f56901603843121dcc4503b2c0141fb6b43c154f693b3607fd0b7a3d36056","key":"fa59c3de5800-step-200","metrics":{"accuracy":0.9907407164573669,"loss":0.02080724574625492}}','2026-11-21T07:18:37.747424+00:00','cf660a10380d088274d0a680ff2c5bf136dadbce352cf1763ffc19d70ded2d9e','2c26aea0898a7bdba3cabbb21a184f850f5aebfb88fcf5bec5b60e0f2b04c2a4');
INSERT INTO "audit" VALUES(34,'digits_classifier',14,'checkpoint_saved',NULL,'root','','fa59c3de-5800-47f7-8253-d61568339ec5','{}','{"digest":"7074dbeaf946f0cf637055507ab9645e4fb5a3e898e4c71f8d6087b6f6d0427d","key":"fa59c3de5800-step-220","metrics":{"accuracy":0.9907407164573669,"loss":0.017164984717965126}}','2026-11-21T07:18:57.776679+00:00','2c26aea0898a7bdba3cabbb21a184f850f5aebfb88fcf5bec5b60e0f2b04c2a4','93b0726f684085c11dcdf8517b159d32e8dcd6b525ff835833a4cd21f5aa047e');
INSERT INTO "audit" VALUES(35,'digits_classifier',15,'checkpoint_saved',NULL,'root','','fa59c3de-5800-47f7-8253-d61568339ec5','{}','{"digest":"1fc951c37c6e7b06add8f3a251b3a703ea0a5fe7e2652a24f19def68b91f96bb","key":"fa59c3de5800-step-240","metrics":{"accuracy":0.9907407164573669,"loss":0.017191290855407715}}','2026-11-21T07:19:11.522409+00:00','93b0726f684085c11dcdf8517b159d32e8dcd6b525ff835833a4cd21f5aa047e','01cde2ef20eb69713b0e448fb51eda799fd9108b045a91626cd999c0b102a92c');
INSERT INTO "audit" VALUES(36,'digits_classifier',16,'version_registered','1.0.0','root','','fa59c3de-5800-47f7-8253-d61568339ec5','{}','{"change":"major","digest":"62b607d4f27454873ada2a979dc9cb663bba4d9414daeae41da7a4e844611383","parent":null}','2026-11-21T07:19:11.826245+00:00','01cde2ef20eb69713b0e448fb51eda799fd9108b045a91626cd999c0b102a92c','8f273e80c253e604dde13bc1b4262177a082ff9300cc73f7083e622d10da37bd');
INSERT INTO "audit" VALUES(37,'digits_classifier',17,'training_finished',NULL,'root','','fa59c3de-5800-47f7-8253-d61568339ec5','{"status":"training"}','{"name":"fa59c3de5800","status":"trained","version":"1.0.0"}','2026-11-21T07:19:11.942509+00:00','8f273e80c253e604dde13bc1b4262177a082ff9300cc73f7083e622d10da37bd','4eb4c9f8059f31dbebcc9f5e80351fe4384261e94c8eb048eb44cd41c4eeee9e');
INSERT INTO "audit" VALUES(38,'digits_classifier',18,'build_started','1.0.0','root','','e56c33a6-f0c6-4de7-b69f-c6f75fb7eda0','{}','{"run_id":"e56c33a6-f0c6-4de7-b69f-c6f75fb7eda0","state":"running"}','2026-11-21T07:19:23.072715+00:00','4eb4c9f8059f31dbebcc9f5e80351fe4384261e94c8eb048eb44cd41c4eeee9e','bdfda440fbeea50e40f991f22fc404f8908f4b96bea4d8c521093d9d1dc04833');
INSERT INTO "audit" VALUES(39,'digits_classifier',19,'evaluation_recorded','1.0.0','root','','e56c33a6-f0c6-4de7-b69f-c6f75fb7eda0','{}','{"dataset":"holdout","dataset_digest":"ac2c095a303f1071a7a69a166bf123287e7e2aff5b6f95bc0ee8a5fa923cd185","details_digest":"1eda060cb9f2471031eb2256225c2262ef7078cbcd16f8334183259d028493ff","evaluation":3,"metrics":{"accuracy":0.9944444444444445,"f1_macro":0.9944444444444442,"log_loss":0.017718317613986442},"policy_digest":"dc49c994dc4e4bbebc142483fd920580fce7ed9e103e9c45d98006fba890fa4b","rows":360,"verdicts":{"accuracy_versus_production":"passed","minimum_accuracy":"passed","minimum_f1_macro":"passed"}}','2026-11-21T07:19:35.741177+00:00','bdfda440fbeea50e40f991f22fc404f8908f4b96bea4d8c521093d9d1dc04833','99cf4dd899876f7ed92a4d853ad0f6d2daab9b9eb60866a95e13e20752c4d6d1');
INSERT INTO "audit" VALUES(40,'digits_classifier',20,'evaluation_recorded','1.0.0','root','','e56c33a6-f0c6-4de7-b69f-c6f75fb7eda0','{}','{"dataset":"noisy","dataset_digest":"34c449302db838146ccafbbebf172974c54f93702fbfc5461c6bc181ab35af0d","details_digest":"778cf8900116645897756d7c845ff5c4795dfc43b51e644e03b549a28794c6b3","evaluation":4,"metrics":{"accuracy":0.9361111111111111,"f1_macro":0.9363587883711691,"log_loss":0.1790592258153498},"policy_digest":"dc49c994dc4e4bbebc142483fd920580fce7ed9e103e9c45d98006fba890fa4b","rows":360,"verdicts":{"robust_to_noise":"passed"}}','2026-11-21T07:19:43.478771+00:00','99cf4dd899876f7ed92a4d853ad0f6d2daab9b9eb60866a95e13e20752c4d6d1','0a1a26b6fdc7ee4148c1407057f4261f53ba8a00b458f2bacb2dfb88f1a0c2d4');
INSERT INTO "audit" VALUES(41,'digits_classifier',21,'artifact_stored','1.0.0','root','','e56c33a6-f0c6-4de7-b69f-c6f75fb7eda0','{}','{"artifact":2,"digest":"b508501a78a962b4f51b423bb0387118098ca016860678ede11989337eb33d44","name":"onnx"}','2026-11-21T07:20:06.024292+00:00','0a1a26b6fdc7ee4148c1407057f4261f53ba8a00b458f2bacb2dfb88f1a0c2d4','c5134db291c9eb18a7940c5ccd8a35adbd3f03887da9790a23553013fcee7669');
INSERT INTO "audit" VALUES(42,'digits_classifier',22,'artifact_proved','1.0.0','root','','e56c33a6-f0c6-4de7-b69f-c6f75fb7eda0','{"artifact":2,"digest":"b508501a78a962b4f51b423bb0387118098ca016860678ede11989337eb33d44","measures":{},"name":"onnx","outcome":null,"outcome_detail":""}','{"artifact":2,"digest":"b508501a78a962b4f51b423bb0387118098ca016860678ede11989337eb33d44","measures":{"max_abs":9.5367431640625e-06,"max_rel":0.0004750101479440697,"rows":784.0,"top1_agreement":1.0},"name":"onnx","outcome":"passed","outcome_detail":"0 of 7840 outputs differ by more than 0.0001 + 0.001 of the original''s; largest difference 9.54e-06 over 784 rows in batches of 1, 7, 64"}','2026-11-21T07:20:09.199968+00:00','c5134db291c9eb18a7940c5ccd8a35adbd3f03887da9790a23553013fcee7669','1aeaabb8c374b535938d7ae3ec25801130311087547982ae2724d13fa27b4e22');
INSERT INTO "audit" VALUES(43,'digits_classifier',23,'build_completed','1.0.0','root','','e56c33a6-f0c6-4de7-b69f-c6f75fb7eda0','{}','{"run_id":"e56c33a6-f0c6-4de7-b69f-c6f75fb7eda0"}','2026-11-21T07:20:10.257210+00:00','1aeaabb8c374b535938d7ae3ec25801130311087547982ae2724d13fa27b4e22','3879b8603612a2a989a5f5b9a69e2d27edd38e6d853d7feb07f682b1e92a1320');
INSERT INTO "audit" VALUES(44,'digits_classifier',24,'stage_moved','1.0.0','sensor:promotion','all conditions met: policy, gate holdout/minimum_accuracy, gate holdout/minimum_f1_macro, gate holdout/accuracy_versus_production, evaluation holdout, evaluation noisy, conversion onnx, build, automatic, not barred, forward','2d323efe-08ac-4826-9001-01d55187c514','{"stage":"development"}','{"automatic":true,"replaced":null,"stage":"staging"}','2026-11-21T07:20:33.449800+00:00','3879b8603612a2a989a5f5b9a69e2d27edd38e6d853d7feb07f682b1e92a1320','ea2aad1316342db230fb84ee95ca70fa181624a024cba43bdaa77e7cd51afbf0');
INSERT INTO "audit" VALUES(45,'digits_classifier',25,'stage_moved','1.0.0','sensor:promotion','all conditions met: policy, gate holdout/minimum_accuracy, gate holdout/minimum_f1_macro, gate holdout/accuracy_versus_production, evaluation holdout, evaluation noisy, conversion onnx, build, staged, automatic, not barred, forward','37bcca0f-5f19-451e-99ad-ec5997e21ad0','{"stage":"staging"}','{"automatic":true,"replaced":null,"stage":"production"}','2026-11-21T07:20:46.515225+00:00','ea2aad1316342db230fb84ee95ca70fa181624a024cba43bdaa77e7cd51afbf0','37374e24436d3c0f53e8f676e89897cb0e62a3e00eccb4180710bcfb1163184e');
INSERT INTO "audit" VALUES(46,'digits_classifier',26,'pinned',NULL,'root','the paper''s figures',NULL,'{}','{"name":"fa59c3de5800-step-20","reason":"the paper''s figures","subject":"checkpoint"}','2026-11-21T07:21:12.384563+00:00','37374e24436d3c0f53e8f676e89897cb0e62a3e00eccb4180710bcfb1163184e','f432c5f0f025bfb852a6042a3301438532d44902aa1207211ebc1535d717038d');
INSERT INTO "audit" VALUES(47,'digits_classifier',27,'file_attached','1.0.0','root','',NULL,'{}','{"digest":"296adbdf45e9bcf98d34469cc52a53b6903ca13901fc18796318969bd9a693b3","kind":"report","name":"report.txt"}','2026-11-21T07:21:14.638743+00:00','f432c5f0f025bfb852a6042a3301438532d44902aa1207211ebc1535d717038d','b02b8d39ed9cc4675cdb1738ef7df556e8c859f6da38da24a3d1a88e61e100ff');
INSERT INTO "audit" VALUES(48,'digits_classifier',28,'version_registered','1.0.1','root','',NULL,'{}','{"change":"patch","digest":"5e481e3f6da4c57f7e354ce4d21a928ae14d46ec8e40b64619777574b1002605","parent":"1.0.0"}','2026-11-21T07:21:45.514134+00:00','b02b8d39ed9cc4675cdb1738ef7df556e8c859f6da38da24a3d1a88e61e100ff','b803246e857ccd1fe9019791c29ee71d24b730882e6252c6bfe8d0199fdbf97b');
INSERT INTO "audit" VALUES(49,'digits_classifier',29,'build_started','1.0.1','root','','4c29cc43-ed09-44e5-912d-f6ad97fba052','{}','{"run_id":"4c29cc43-ed09-44e5-912d-f6ad97fba052","state":"running"}','2026-11-21T07:22:07.630596+00:00','b803246e857ccd1fe9019791c29ee71d24b730882e6252c6bfe8d0199fdbf97b','eaf23d6282f8a472645be1a1bf25941aedcc4f6e3cefa13ba858a5e1600bc04d');
INSERT INTO "audit" VALUES(50,'digits_classifier',30,'evaluation_recorded','1.0.1','root','','4c29cc43-ed09-44e5-912d-f6ad97fba052','{}','{"dataset":"holdout","dataset_digest":"ac2c095a303f1071a7a69a166bf123287e7e2aff5b6f95bc0ee8a5fa923cd185","details_digest":"2fee5d5754469f28be99eb23bfd9cd776ebfebd02f37468bc97abfcddc588ccf","evaluation":5,"metrics":{"accuracy":0.9944444444444445,"f1_macro":0.9944444444444442,"log_loss":0.01767163787221962},"policy_digest":"dc49c994dc4e4bbebc142483fd920580fce7ed9e103e9c45d98006fba890fa4b","rows":360,"verdicts":{"accuracy_versus_production":"passed","minimum_accuracy":"passed","minimum_f1_macro":"passed"}}','2026-11-21T07:22:24.067594+00:00','eaf23d6282f8a472645be1a1bf25941aedcc4f6e3cefa13ba858a5e1600bc04d','88257ba91279eee4e320dcba3152b0f3ac56b67289c86cb13430f3c8cebe95d0');
INSERT INTO "audit" VALUES(51,'digits_classifier',31,'evaluation_recorded','1.0.1','root','','4c29cc43-ed09-44e5-912d-f6ad97fba052','{}','{"dataset":"noisy","dataset_digest":"34c449302db838146ccafbbebf172974c54f93702fbfc5461c6bc181ab35af0d","details_digest":"e0aedca2c91872681b41cbdcc9d46c37ea943d845e50c8cbbafc97e913c33287","evaluation":6,"metrics":{"accuracy":0.9361111111111111,"f1_macro":0.9363587883711691,"log_loss":0.17881904195269868},"policy_digest":"dc49c994dc4e4bbebc142483fd920580fce7ed9e103e9c45d98006fba890fa4b","rows":360,"verdicts":{"robust_to_noise":"passed"}}','2026-11-21T07:22:32.199035+00:00','88257ba91279eee4e320dcba3152b0f3ac56b67289c86cb13430f3c8cebe95d0','3326b22105f0839ce3e54dde09b8af7dac888d2c4b1be3decb50a77765e1d29f');
INSERT INTO "audit" VALUES(52,'digits_classifier',32,'artifact_stored','1.0.1','root','','4c29cc43-ed09-44e5-912d-f6ad97fba052','{}','{"artifact":3,"digest":"decfa1e68c674de065c1ed153244c7659f63474f426fdc0ece512979d5a2336f","name":"onnx"}','2026-11-21T07:22:54.753351+00:00','3326b22105f0839ce3e54dde09b8af7dac888d2c4b1be3decb50a77765e1d29f','b49c9c1868df377ef30fc53fc83bce67ce7400b85b3f43d167db8886d0d0968c');
INSERT INTO "audit" VALUES(53,'digits_classifier',33,'artifact_proved','1.0.1','root','','4c29cc43-ed09-44e5-912d-f6ad97fba052','{"artifact":3,"digest":"decfa1e68c674de065c1ed153244c7659f63474f426fdc0ece512979d5a2336f","measures":{},"name":"onnx","outcome":null,"outcome_detail":""}','{"artifact":3,"digest":"decfa1e68c674de065c1ed153244c7659f63474f426fdc0ece512979d5a2336f","measures":{"max_abs":1.049041748046875e-05,"max_rel":0.00029261100694605785,"rows":784.0,"top1_agreement":1.0},"name":"onnx","outcome":"passed","outcome_detail":"0 of 7840 outputs differ by more than 0.0001 + 0.001 of the original''s; largest difference 1.05e-05 over 784 rows in batches of 1, 7, 64"}','2026-11-21T07:22:57.340948+00:00','b49c9c1868df377ef30fc53fc83bce67ce7400b85b3f43d167db8886d0d0968c','fdce3bb53549f1ba63bb38182adc49814a905fddce826af8f3ef606214112c51');
INSERT INTO "audit" VALUES(54,'digits_classifier',34,'build_completed','1.0.1','root','','4c29cc43-ed09-44e5-912d-f6ad97fba052','{}','{"run_id":"4c29cc43-ed09-44e5-912d-f6ad97fba052"}','2026-11-21T07:22:58.244822+00:00','fdce3bb53549f1ba63bb38182adc49814a905fddce826af8f3ef606214112c51','585ebd2ce4c22c459ff850642e63d2f6bcdfd502eb60a93eef1e877babcdee1c');
INSERT INTO "audit" VALUES(55,'digits_classifier',35,'stage_moved','1.0.1','root','a second look',NULL,'{"stage":"development"}','{"automatic":false,"replaced":null,"stage":"staging"}','2026-11-21T07:23:17.378984+00:00','585ebd2ce4c22c459ff850642e63d2f6bcdfd502eb60a93eef1e877babcdee1c','0090dc76df5903545eded56b2473685f69fbc648bc8c9d7158d50ac8051b114c');
INSERT INTO "audit" VALUES(56,'digits_classifier',36,'stage_moved','1.0.0','root','as good, and newer',NULL,'{"stage":"production"}','{"automatic":false,"replaced":null,"stage":"archived"}','2026-11-21T07:23:27.199278+00:00','0090dc76df5903545eded56b2473685f69fbc648bc8c9d7158d50ac8051b114c','b2cf6cbf46a71c7dba0bfb565aaa161da086e9af41a2af438bdb1ec28781eb96');
INSERT INTO "audit" VALUES(57,'digits_classifier',37,'stage_moved','1.0.1','root','as good, and newer',NULL,'{"stage":"staging"}','{"automatic":false,"replaced":"1.0.0","stage":"production"}','2026-11-21T07:23:27.199278+00:00','b2cf6cbf46a71c7dba0bfb565aaa161da086e9af41a2af438bdb1ec28781eb96','c533fee12dfc8f6a66bebc56cde9d044618499cd361b2e18923d253c1ba6daa3');
CREATE TABLE builds (
	id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, 
	version_id INTEGER NOT NULL, 
	run_id TEXT NOT NULL, 
	state VARCHAR(20) NOT NULL, 
	started_at VARCHAR(32) NOT NULL, 
	completed_at VARCHAR(32), 
	CONSTRAINT fk_builds_version_id FOREIGN KEY(version_id) REFERENCES versions (id), 
	CONSTRAINT uq_builds_version_id UNIQUE (version_id)
);
INSERT INTO "builds" VALUES(1,1,'d542b6d0-8bd5-4c29-98e3-2af7b6624fb8','completed','2026-11-21T07:14:49.232309+00:00','2026-11-21T07:15:50.232562+00:00');
INSERT INTO "builds" VALUES(2,2,'e56c33a6-f0c6-4de7-b69f-c6f75fb7eda0','completed','2026-11-21T07:19:23.072715+00:00','2026-11-21T07:20:10.257210+00:00');
INSERT INTO "builds" VALUES(3,3,'4c29cc43-ed09-44e5-912d-f6ad97fba052','completed','2026-11-21T07:22:07.630596+00:00','2026-11-21T07:22:58.244822+00:00');
CREATE TABLE checkpoints (
	id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, 
	model_id INTEGER NOT NULL, 
	run VARCHAR(100) NOT NULL, 
	step BIGINT NOT NULL, 
	epoch BIGINT, 
	digest VARCHAR(64) NOT NULL, 
	store VARCHAR(100) NOT NULL, 
	size_bytes BIGINT NOT NULL, 
	stored_bytes BIGINT NOT NULL, 
	metrics TEXT NOT NULL, 
	parameters TEXT NOT NULL, 
	data_digests TEXT NOT NULL, 
	created_at VARCHAR(32) NOT NULL, 
	created_by TEXT NOT NULL, 
	run_id TEXT, 
	CONSTRAINT fk_checkpoints_model_id FOREIGN KEY(model_id) REFERENCES models (id), 
	CONSTRAINT uq_checkpoints_model_id_run_step UNIQUE (model_id, run, step)
);
INSERT INTO "checkpoints" VALUES(1,1,'25cec64a1f91',1,NULL,'c44227f9174aa34ec2197453e010ab23c06dc4693e407c0dd869c31f4fd79c9c','default',10121,10671,'{"accuracy":0.9496835443037975,"loss":0.20014785528182982}','{"folds":5,"seed":0,"strengths":[0.01,0.03,0.1,0.3,1.0,3.0,10.0]}','{"train":"034b19b8568ea91853a35ca8ac8f2f5d62fb3d7fea433307ba992aa4f4847a9f"}','2026-11-21T07:14:11.947234+00:00','root','25cec64a-1f91-4f54-b823-f707d7fd8fa8');
INSERT INTO "checkpoints" VALUES(2,1,'25cec64a1f91',2,NULL,'f050ee18a1ce8ad24ba0610ed13e95996a10e9406995c17a7bac8c541e4a3b3a','default',10121,10671,'{"accuracy":0.959746835443038,"loss":0.146615369617939}','{"folds":5,"seed":0,"strengths":[0.01,0.03,0.1,0.3,1.0,3.0,10.0]}','{"train":"034b19b8568ea91853a35ca8ac8f2f5d62fb3d7fea433307ba992aa4f4847a9f"}','2026-11-21T07:14:13.544947+00:00','root','25cec64a-1f91-4f54-b823-f707d7fd8fa8');
INSERT INTO "checkpoints" VALUES(3,1,'25cec64a1f91',3,NULL,'d107ea70a7edf266d5543f268254e7190b4a3b36eefaa46f2b382c63c2c0bc56','default',10120,10670,'{"accuracy":0.9724050632911393,"loss":0.11215415447950364}','{"folds":5,"seed":0,"strengths":[0.01,0.03,0.1,0.3,1.0,3.0,10.0]}','{"train":"034b19b8568ea91853a35ca8ac8f2f5d62fb3d7fea433307ba992aa4f4847a9f"}','2026-11-21T07:14:14.917261+00:00','root','25cec64a-1f91-4f54-b823-f707d7fd8fa8');
INSERT INTO "checkpoints" VALUES(4,1,'25cec64a1f91',4,NULL,'0b2a10c282d7164e7075c2b0f294b4c01ac9bdf4dbe7ae3d9ac7ebf3c4a6a1fb','default',10120,10670,'{"accuracy":0.9774367088607596,"loss":0.09748076051473617}','{"folds":5,"seed":0,"strengths":[0.01,0.03,0.1,0.3,1.0,3.0,10.0]}','{"train":"034b19b8568ea91853a35ca8ac8f2f5d62fb3d7fea433307ba992aa4f4847a9f"}','2026-11-21T07:14:16.038851+00:00','root','25cec64a-1f91-4f54-b823-f707d7fd8fa8');
INSERT INTO "checkpoints" VALUES(5,1,'25cec64a1f91',5,NULL,'35aa65482921b765ebfb9ce1fc91c7da1eed05d1a7598bd89ece75933c2448e4','default',10120,10670,'{"accuracy":0.9824367088607595,"loss":0.09440943002700805}','{"folds":5,"seed":0,"strengths":[0.01,0.03,0.1,0.3,1.0,3.0,10.0]}','{"train":"034b19b8568ea91853a35ca8ac8f2f5d62fb3d7fea433307ba992aa4f4847a9f"}','2026-11-21T07:14:18.193639+00:00','root','25cec64a-1f91-4f54-b823-f707d7fd8fa8');
INSERT INTO "checkpoints" VALUES(6,1,'25cec64a1f91',6,NULL,'0c97943dd9dec3c15b7683b834502d9fde96599fe0109dae971aff198733ecfc','default',10120,10670,'{"accuracy":0.9799050632911392,"loss":0.10224876068532467}','{"folds":5,"seed":0,"strengths":[0.01,0.03,0.1,0.3,1.0,3.0,10.0]}','{"train":"034b19b8568ea91853a35ca8ac8f2f5d62fb3d7fea433307ba992aa4f4847a9f"}','2026-11-21T07:14:22.197195+00:00','root','25cec64a-1f91-4f54-b823-f707d7fd8fa8');
INSERT INTO "checkpoints" VALUES(7,1,'25cec64a1f91',7,NULL,'64c11e58864a6f90a71ae13212531595395a184c1f0921c2a6c6651aeea6d2cb','default',10121,10671,'{"accuracy":0.9673101265822786,"loss":0.1269273765385151}','{"folds":5,"seed":0,"strengths":[0.01,0.03,0.1,0.3,1.0,3.0,10.0]}','{"train":"034b19b8568ea91853a35ca8ac8f2f5d62fb3d7fea433307ba992aa4f4847a9f"}','2026-11-21T07:14:27.872136+00:00','root','25cec64a-1f91-4f54-b823-f707d7fd8fa8');
INSERT INTO "checkpoints" VALUES(8,2,'fa59c3de5800',20,1,'e407f67cf5ff5fefcac247636feaf35befe768e30128f8ba9793f5178220e33a','default',1560072,1575605,'{"accuracy":0.9537037014961243,"loss":0.5447961091995239}','{"batch_size":64,"epochs":12,"learning_rate":0.003,"seed":0,"width":48}','{"train":"43567316417696185334b5b791be4974e74570202bc2c6b92e489147cd096d03"}','2026-11-21T07:14:57.187493+00:00','root','fa59c3de-5800-47f7-8253-d61568339ec5');
INSERT INTO "checkpoints" VALUES(9,2,'fa59c3de5800',40,2,'7c099fba69ead971d913c394c2264c686d0fe9672dea531d01b9ca95bddbdd6d','default',1560072,1575621,'{"accuracy":0.9814814925193787,"loss":0.10404738038778305}','{"batch_size":64,"epochs":12,"learning_rate":0.003,"seed":0,"width":48}','{"train":"43567316417696185334b5b791be4974e74570202bc2c6b92e489147cd096d03"}','2026-11-21T07:15:38.290637+00:00','root','fa59c3de-5800-47f7-8253-d61568339ec5');
INSERT INTO "checkpoints" VALUES(10,2,'fa59c3de5800',60,3,'bb64d7f51dbc800759b3aee81f6515162e229c21415e60a93bd88e79ab80ccf2','default',1560072,1575620,'{"accuracy":0.9814814925193787,"loss":0.07614569365978241}','{"batch_size":64,"epochs":12,"learning_rate":0.003,"seed":0,"width":48}','{"train":"43567316417696185334b5b791be4974e74570202bc2c6b92e489147cd096d03"}','2026-11-21T07:16:19.890120+00:00','root','fa59c3de-5800-47f7-8253-d61568339ec5');
INSERT INTO "checkpoints" VALUES(11,2,'fa59c3de5800',80,4,'38049d5d1d526b14b2152e391d88c8541d369a87ce01a7eba2091e2a65a8870c','default',1560072,1575620,'{"accuracy":0.9768518805503845,"loss":0.06102569401264191}','{"batch_size":64,"epochs":12,"learning_rate":0.003,"seed":0,"width":48}','{"train":"43567316417696185334b5b791be4974e74570202bc2c6b92e489147cd096d03"}','2026-11-21T07:16:47.478418+00:00','root','fa59c3de-5800-47f7-8253-d61568339ec5');
INSERT INTO "checkpoints" VALUES(12,2,'fa59c3de5800',100,5,'fd2763c2e403344adaf17c55cc860de6eb5928870a75ebc4f936afe211eb8c74','default',1560072,1575621,'{"accuracy":0.9861111044883728,"loss":0.0328185148537159}','{"batch_size":64,"epochs":12,"learning_rate":0.003,"seed":0,"width":48}','{"train":"43567316417696185334b5b791be4974e74570202bc2c6b92e489147cd096d03"}','2026-11-21T07:17:09.934742+00:00','root','fa59c3de-5800-47f7-8253-d61568339ec5');
INSERT INTO "checkpoints" VALUES(13,2,'fa59c3de5800',120,6,'a65db8893f9dd61cf882d6fdbb6ca92eb7509add6e051422789703354a23cebc','default',1560072,1575621,'{"accuracy":0.9907407164573669,"loss":0.03209184855222702}','{"batch_size":64,"epochs":12,"learning_rate":0.003,"seed":0,"width":48}','{"train":"43567316417696185334b5b791be4974e74570202bc2c6b92e489147cd096d03"}','2026-11-21T07:17:37.329335+00:00','root','fa59c3de-5800-47f7-8253-d61568339ec5');
INSERT INTO "checkpoints" VALUES(14,2,'fa59c3de5800',140,7,'d9855f5054449e38ab70168d354d2b4182baab89b124bb588c9547d692ffcd6a','default',1560072,1575606,'{"accuracy":1.0,"loss":0.019625607877969742}','{"batch_size":64,"epochs":12,"learning_rate":0.003,"seed":0,"width":48}','{"train":"43567316417696185334b5b791be4974e74570202bc2c6b92e489147cd096d03"}','2026-11-21T07:17:57.813691+00:00','root','fa59c3de-5800-47f7-8253-d61568339ec5');
INSERT INTO "checkpoints" VALUES(15,2,'fa59c3de5800',160,8,'94e29e7c1f62cad7a779208198f6887841148db54d24624e68ce2eda66e2d827','default',1560072,1575621,'{"accuracy":1.0,"loss":0.018196387216448784}','{"batch_size":64,"epochs":12,"learning_rate":0.003,"seed":0,"width":48}','{"train":"43567316417696185334b5b791be4974e74570202bc2c6b92e489147cd096d03"}','2026-11-21T07:18:12.269476+00:00','root','fa59c3de-5800-47f7-8253-d61568339ec5');
INSERT INTO "checkpoints" VALUES(16,2,'fa59c3de5800',180,9,'8777c9b1742f612c65238353feac0d9d5a4ffb575e6c51b66d9efdf09c038c5a','default',1560072,1575621,'{"accuracy":0.9953703880310059,"loss":0.017971191555261612}','{"batch_size":64,"epochs":12,"learning_rate":0.003,"seed":0,"width":48}','{"train":"43567316417696185334b5b791be4974e74570202bc2c6b92e489147cd096d03"}','2026-11-21T07:18:22.893284+00:00','root','fa59c3de-5800-47f7-8253-d61568339ec5');
INSERT INTO "checkpoints" VALUES(17,2,'fa59c3de5800',200,10,'594f56901603843121dcc4503b2c0141fb6b43c154f693b3607fd0b7a3d36056','default',1560072,1575622,'{"accuracy":0.9907407164573669,"loss":0.02080724574625492}','{"batch_size":64,"epochs":12,"learning_rate":0.003,"seed":0,"width":48}','{"train":"43567316417696185334b5b791be4974e74570202bc2c6b92e489147cd096d03"}','2026-11-21T07:18:37.747424+00:00','root','fa59c3de-5800-47f7-8253-d61568339ec5');
INSERT INTO "checkpoints" VALUES(18,2,'fa59c3de5800',220,11,'7074dbeaf946f0cf637055507ab9645e4fb5a3e898e4c71f8d6087b6f6d0427d','default',1560072,1575623,'{"accuracy":0.9907407164573669,"loss":0.017164984717965126}','{"batch_size":64,"epochs":12,"learning_rate":0.003,"seed":0,"width":48}','{"train":"43567316417696185334b5b791be4974e74570202bc2c6b92e489147cd096d03"}','2026-11-21T07:18:57.776679+00:00','root','fa59c3de-5800-47f7-8253-d61568339ec5');
INSERT INTO "checkpoints" VALUES(19,2,'fa59c3de5800',240,12,'1fc951c37c6e7b06add8f3a251b3a703ea0a5fe7e2652a24f19def68b91f96bb','default',1560072,1575621,'{"accuracy":0.9907407164573669,"loss":0.017191290855407715}','{"batch_size":64,"epochs":12,"learning_rate":0.003,"seed":0,"width":48}','{"train":"43567316417696185334b5b791be4974e74570202bc2c6b92e489147cd096d03"}','2026-11-21T07:19:11.522409+00:00','root','fa59c3de-5800-47f7-8253-d61568339ec5');
CREATE TABLE condemned (
	id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, 
	store VARCHAR(100) NOT NULL, 
	blob TEXT NOT NULL, 
	size_bytes BIGINT NOT NULL, 
	condemned_at VARCHAR(32) NOT NULL, 
	doomed BOOLEAN NOT NULL, 
	CONSTRAINT uq_condemned_store_blob UNIQUE (store, blob)
);
CREATE TABLE copies (
	id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, 
	digest VARCHAR(64) NOT NULL, 
	store VARCHAR(100) NOT NULL, 
	size_bytes BIGINT NOT NULL, 
	stored_bytes BIGINT NOT NULL, 
	created_at VARCHAR(32) NOT NULL, 
	created_by TEXT NOT NULL, 
	CONSTRAINT uq_copies_digest_store UNIQUE (digest, store)
);
CREATE TABLE deletions (
	id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, 
	store VARCHAR(100) NOT NULL, 
	blob TEXT NOT NULL, 
	size_bytes BIGINT NOT NULL, 
	deleted_at VARCHAR(32) NOT NULL
);
CREATE TABLE discoveries (
	id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, 
	model_id INTEGER NOT NULL, 
	location TEXT NOT NULL, 
	fingerprint TEXT NOT NULL, 
	checkpoint TEXT, 
	problem TEXT NOT NULL, 
	seen_at VARCHAR(32) NOT NULL, 
	CONSTRAINT fk_discoveries_model_id FOREIGN KEY(model_id) REFERENCES models (id), 
	CONSTRAINT uq_discoveries_model_id_location UNIQUE (model_id, location)
);
CREATE TABLE evaluations (
	id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, 
	version_id INTEGER NOT NULL, 
	version_digest VARCHAR(64) NOT NULL, 
	dataset VARCHAR(100) NOT NULL, 
	dataset_digest VARCHAR(64) NOT NULL, 
	rows BIGINT NOT NULL, 
	metrics TEXT NOT NULL, 
	policy_digest VARCHAR(64) NOT NULL, 
	created_at VARCHAR(32) NOT NULL, 
	created_by TEXT NOT NULL, 
	run_id TEXT, details TEXT, 
	CONSTRAINT fk_evaluations_version_id FOREIGN KEY(version_id) REFERENCES versions (id)
);
INSERT INTO "evaluations" VALUES(1,1,'d88d9c817df821c48eda7a98d218f89848234d8373f26f90a2e4e45b878aaad1','holdout','b90defe91f32f5661e7d791554fc759e186288c6e1e50e08b54c2d83323e535c',171,'{"accuracy":0.9766081871345029,"log_loss":0.057348875845543934,"recall_macro":0.978168808411215}','c27ed78e24ef19fc3136837e7f715ff0ae4848a886d293a7573edbdbd68e0412','2026-11-21T07:15:20.879492+00:00','root','d542b6d0-8bd5-4c29-98e3-2af7b6624fb8','{"confusion":{"classes":["malignant","benign"],"counts":[[63,1],[3,104]]},"reliability":{"bins":[{"accuracy":null,"confidence":null,"count":0,"lower":0.0,"upper":0.1},{"accuracy":null,"confidence":null,"count":0,"lower":0.1,"upper":0.2},{"accuracy":null,"confidence":null,"count":0,"lower":0.2,"upper":0.3},{"accuracy":null,"confidence":null,"count":0,"lower":0.3,"upper":0.4},{"accuracy":null,"confidence":null,"count":0,"lower":0.4,"upper":0.5},{"accuracy":0.6666666666666666,"confidence":0.5751592715581259,"count":3,"lower":0.5,"upper":0.6},{"accuracy":0.5,"confidence":0.6574593931436539,"count":4,"lower":0.6,"upper":0.7},{"accuracy":1.0,"confidence":0.7790310323998649,"count":2,"lower":0.7,"upper":0.8},{"accuracy":0.8,"confidence":0.8598550809161246,"count":5,"lower":0.8,"upper":0.9},{"accuracy":1.0,"confidence":0.9900289731283183,"count":157,"lower":0.9,"upper":1.0}],"expected_calibration_error":0.01877791997973778}}');
INSERT INTO "evaluations" VALUES(2,1,'d88d9c817df821c48eda7a98d218f89848234d8373f26f90a2e4e45b878aaad1','second_reading','24416bb9d14ac3fb9b5c3399fb6490e4f1168d7a8e4672595e1f221259266994',171,'{"accuracy":0.9707602339181286,"log_loss":0.06537301960993723,"recall_macro":0.9734959112149533}','c27ed78e24ef19fc3136837e7f715ff0ae4848a886d293a7573edbdbd68e0412','2026-11-21T07:15:36.979115+00:00','root','d542b6d0-8bd5-4c29-98e3-2af7b6624fb8','{"confusion":{"classes":["malignant","benign"],"counts":[[63,1],[4,103]]},"reliability":{"bins":[{"accuracy":null,"confidence":null,"count":0,"lower":0.0,"upper":0.1},{"accuracy":null,"confidence":null,"count":0,"lower":0.1,"upper":0.2},{"accuracy":null,"confidence":null,"count":0,"lower":0.2,"upper":0.3},{"accuracy":null,"confidence":null,"count":0,"lower":0.3,"upper":0.4},{"accuracy":null,"confidence":null,"count":0,"lower":0.4,"upper":0.5},{"accuracy":0.5,"confidence":0.5430660545825958,"count":2,"lower":0.5,"upper":0.6},{"accuracy":0.3333333333333333,"confidence":0.6838977535565695,"count":3,"lower":0.6,"upper":0.7},{"accuracy":0.6666666666666666,"confidence":0.7463372277785849,"count":3,"lower":0.7,"upper":0.8},{"accuracy":1.0,"confidence":0.8487006249577839,"count":8,"lower":0.8,"upper":0.9},{"accuracy":0.9935483870967742,"confidence":0.9903476975154897,"count":155,"lower":0.9,"upper":1.0}],"expected_calibration_error":0.018031221863201646}}');
INSERT INTO "evaluations" VALUES(3,2,'62b607d4f27454873ada2a979dc9cb663bba4d9414daeae41da7a4e844611383','holdout','ac2c095a303f1071a7a69a166bf123287e7e2aff5b6f95bc0ee8a5fa923cd185',360,'{"accuracy":0.9944444444444445,"f1_macro":0.9944444444444442,"log_loss":0.017718317613986442}','dc49c994dc4e4bbebc142483fd920580fce7ed9e103e9c45d98006fba890fa4b','2026-11-21T07:19:35.741177+00:00','root','e56c33a6-f0c6-4de7-b69f-c6f75fb7eda0','{"confusion":{"classes":["0","1","2","3","4","5","6","7","8","9"],"counts":[[36,0,0,0,0,0,0,0,0,0],[0,37,0,0,0,0,0,0,0,0],[0,0,35,0,0,0,0,0,0,0],[0,0,0,37,0,0,0,0,0,0],[0,0,0,0,36,0,0,0,0,0],[0,0,0,0,0,35,0,0,0,1],[0,0,0,0,0,0,36,0,0,0],[0,0,0,0,0,0,0,36,0,0],[0,0,0,0,0,0,0,0,35,0],[0,0,0,0,0,1,0,0,0,35]]},"reliability":{"bins":[{"accuracy":null,"confidence":null,"count":0,"lower":0.0,"upper":0.1},{"accuracy":null,"confidence":null,"count":0,"lower":0.1,"upper":0.2},{"accuracy":null,"confidence":null,"count":0,"lower":0.2,"upper":0.3},{"accuracy":null,"confidence":null,"count":0,"lower":0.3,"upper":0.4},{"accuracy":null,"confidence":null,"count":0,"lower":0.4,"upper":0.5},{"accuracy":null,"confidence":null,"count":0,"lower":0.5,"upper":0.6},{"accuracy":0.75,"confidence":0.6711124500235639,"count":4,"lower":0.6,"upper":0.7},{"accuracy":1.0,"confidence":0.739073237901699,"count":1,"lower":0.7,"upper":0.8},{"accuracy":0.5,"confidence":0.8466256942451499,"count":2,"lower":0.8,"upper":0.9},{"accuracy":1.0,"confidence":0.9968578902198865,"count":353,"lower":0.9,"upper":1.0}],"expected_calibration_error":0.006608036396873396}}');
INSERT INTO "evaluations" VALUES(4,2,'62b607d4f27454873ada2a979dc9cb663bba4d9414daeae41da7a4e844611383','noisy','34c449302db838146ccafbbebf172974c54f93702fbfc5461c6bc181ab35af0d',360,'{"accuracy":0.9361111111111111,"f1_macro":0.9363587883711691,"log_loss":0.1790592258153498}','dc49c994dc4e4bbebc142483fd920580fce7ed9e103e9c45d98006fba890fa4b','2026-11-21T07:19:43.478771+00:00','root','e56c33a6-f0c6-4de7-b69f-c6f75fb7eda0','{"confusion":{"classes":["0","1","2","3","4","5","6","7","8","9"],"counts":[[36,0,0,0,0,0,0,0,0,0],[0,32,0,1,0,0,0,0,3,1],[0,0,32,2,0,0,0,0,1,0],[0,0,0,34,0,0,0,0,3,0],[1,0,0,0,35,0,0,0,0,0],[0,0,0,0,1,34,0,0,0,1],[0,0,0,0,0,1,35,0,0,0],[0,0,0,0,0,0,0,36,0,0],[0,1,1,0,0,1,0,0,30,2],[0,0,0,2,0,1,0,0,0,33]]},"reliability":{"bins":[{"accuracy":null,"confidence":null,"count":0,"lower":0.0,"upper":0.1},{"accuracy":null,"confidence":null,"count":0,"lower":0.1,"upper":0.2},{"accuracy":null,"confidence":null,"count":0,"lower":0.2,"upper":0.3},{"accuracy":0.5,"confidence":0.3951852836297337,"count":2,"lower":0.3,"upper":0.4},{"accuracy":0.25,"confidence":0.4912929666050984,"count":4,"lower":0.4,"upper":0.5},{"accuracy":1.0,"confidence":0.5464892964341191,"count":4,"lower":0.5,"upper":0.6},{"accuracy":0.5555555555555556,"confidence":0.643405814653662,"count":18,"lower":0.6,"upper":0.7},{"accuracy":0.8,"confidence":0.7510281860173897,"count":15,"lower":0.7,"upper":0.8},{"accuracy":0.8620689655172413,"confidence":0.8603212162648137,"count":29,"lower":0.8,"upper":0.9},{"accuracy":0.9861111111111112,"confidence":0.9830300987106307,"count":288,"lower":0.9,"upper":1.0}],"expected_calibration_error":0.017340950796078558}}');
INSERT INTO "evaluations" VALUES(5,3,'5e481e3f6da4c57f7e354ce4d21a928ae14d46ec8e40b64619777574b1002605','holdout','ac2c095a303f1071a7a69a166bf123287e7e2aff5b6f95bc0ee8a5fa923cd185',360,'{"accuracy":0.9944444444444445,"f1_macro":0.9944444444444442,"log_loss":0.01767163787221962}','dc49c994dc4e4bbebc142483fd920580fce7ed9e103e9c45d98006fba890fa4b','2026-11-21T07:22:24.067594+00:00','root','4c29cc43-ed09-44e5-912d-f6ad97fba052','{"confusion":{"classes":["0","1","2","3","4","5","6","7","8","9"],"counts":[[36,0,0,0,0,0,0,0,0,0],[0,37,0,0,0,0,0,0,0,0],[0,0,35,0,0,0,0,0,0,0],[0,0,0,37,0,0,0,0,0,0],[0,0,0,0,36,0,0,0,0,0],[0,0,0,0,0,35,0,0,0,1],[0,0,0,0,0,0,36,0,0,0],[0,0,0,0,0,0,0,36,0,0],[0,0,0,0,0,0,0,0,35,0],[0,0,0,0,0,1,0,0,0,35]]},"reliability":{"bins":[{"accuracy":null,"confidence":null,"count":0,"lower":0.0,"upper":0.1},{"accuracy":null,"confidence":null,"count":0,"lower":0.1,"upper":0.2},{"accuracy":null,"confidence":null,"count":0,"lower":0.2,"upper":0.3},{"accuracy":null,"confidence":null,"count":0,"lower":0.3,"upper":0.4},{"accuracy":null,"confidence":null,"count":0,"lower":0.4,"upper":0.5},{"accuracy":null,"confidence":null,"count":0,"lower":0.5,"upper":0.6},{"accuracy":0.75,"confidence":0.6700127238577575,"count":4,"lower":0.6,"upper":0.7},{"accuracy":1.0,"confidence":0.7375275362701217,"count":1,"lower":0.7,"upper":0.8},{"accuracy":0.5,"confidence":0.8489425594559181,"count":2,"lower":0.8,"upper":0.9},{"accuracy":1.0,"confidence":0.9968903634397493,"count":353,"lower":0.9,"upper":1.0}],"expected_calibration_error":0.006605578869386567}}');
INSERT INTO "evaluations" VALUES(6,3,'5e481e3f6da4c57f7e354ce4d21a928ae14d46ec8e40b64619777574b1002605','noisy','34c449302db838146ccafbbebf172974c54f93702fbfc5461c6bc181ab35af0d',360,'{"accuracy":0.9361111111111111,"f1_macro":0.9363587883711691,"log_loss":0.17881904195269868}','dc49c994dc4e4bbebc142483fd920580fce7ed9e103e9c45d98006fba890fa4b','2026-11-21T07:22:32.199035+00:00','root','4c29cc43-ed09-44e5-912d-f6ad97fba052','{"confusion":{"classes":["0","1","2","3","4","5","6","7","8","9"],"counts":[[36,0,0,0,0,0,0,0,0,0],[0,32,0,1,0,0,0,0,3,1],[0,0,32,2,0,0,0,0,1,0],[0,0,0,34,0,0,0,0,3,0],[1,0,0,0,35,0,0,0,0,0],[0,0,0,0,1,34,0,0,0,1],[0,0,0,0,0,1,35,0,0,0],[0,0,0,0,0,0,0,36,0,0],[0,1,1,0,0,1,0,0,30,2],[0,0,0,2,0,1,0,0,0,33]]},"reliability":{"bins":[{"accuracy":null,"confidence":null,"count":0,"lower":0.0,"upper":0.1},{"accuracy":null,"confidence":null,"count":0,"lower":0.1,"upper":0.2},{"accuracy":null,"confidence":null,"count":0,"lower":0.2,"upper":0.3},{"accuracy":0.0,"confidence":0.3925100703346049,"count":1,"lower":0.3,"upper":0.4},{"accuracy":0.5,"confidence":0.4435285311344189,"count":2,"lower":0.4,"upper":0.5},{"accuracy":0.625,"confidence":0.5359918273013378,"count":8,"lower":0.5,"upper":0.6},{"accuracy":0.5555555555555556,"confidence":0.6497329051668773,"count":18,"lower":0.6,"upper":0.7},{"accuracy":0.8666666666666667,"confidence":0.7598305565100492,"count":15,"lower":0.7,"upper":0.8},{"accuracy":0.8571428571428571,"confidence":0.8623519025542462,"count":28,"lower":0.8,"upper":0.9},{"accuracy":0.9861111111111112,"confidence":0.983248700383045,"count":288,"lower":0.9,"upper":1.0}],"expected_calibration_error":0.015237444156139068}}');
CREATE TABLE models (
	id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, 
	name VARCHAR(100) NOT NULL, 
	change_sequence INTEGER NOT NULL, 
	version_sequence INTEGER NOT NULL, 
	policy_digest VARCHAR(64), 
	created_at VARCHAR(32) NOT NULL, 
	CONSTRAINT uq_models_name UNIQUE (name)
);
INSERT INTO "models" VALUES(1,'breast_cancer',20,1,'c27ed78e24ef19fc3136837e7f715ff0ae4848a886d293a7573edbdbd68e0412','2026-11-21T07:13:58.547865+00:00');
INSERT INTO "models" VALUES(2,'digits_classifier',37,2,'dc49c994dc4e4bbebc142483fd920580fce7ed9e103e9c45d98006fba890fa4b','2026-11-21T07:14:00.512633+00:00');
CREATE TABLE pins (
	id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, 
	model_id INTEGER NOT NULL, 
	subject VARCHAR(20) NOT NULL, 
	name VARCHAR(150) NOT NULL, 
	reason TEXT NOT NULL, 
	pinned_by TEXT NOT NULL, 
	pinned_at VARCHAR(32) NOT NULL, 
	CONSTRAINT fk_pins_model_id FOREIGN KEY(model_id) REFERENCES models (id), 
	CONSTRAINT uq_pins_model_id_subject_name UNIQUE (model_id, subject, name)
);
INSERT INTO "pins" VALUES(1,2,'checkpoint','fa59c3de5800-step-20','the paper''s figures','root','2026-11-21T07:21:12.384563+00:00');
CREATE TABLE policies (
	id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, 
	model_id INTEGER NOT NULL, 
	digest VARCHAR(64) NOT NULL, 
	document TEXT NOT NULL, 
	recorded_at VARCHAR(32) NOT NULL, 
	recorded_by TEXT NOT NULL, 
	CONSTRAINT fk_policies_model_id FOREIGN KEY(model_id) REFERENCES models (id), 
	CONSTRAINT uq_policies_digest UNIQUE (digest)
);
INSERT INTO "policies" VALUES(1,1,'c27ed78e24ef19fc3136837e7f715ff0ae4848a886d293a7573edbdbd68e0412','{"architecture":{"classes":["malignant","benign"],"entrypoint":null,"inputs":{"features":["batch",30]},"outputs":"probabilities"},"conversions":[{"dataset":"","required":true,"target":"onnx"}],"datasets":[{"description":"Seven tenths of the Wisconsin diagnostic data.","entrypoint":"frontier_assets.defs.breast_cancer.model:train_set","name":"train","ranges":{"features":[0.0,5000.0]}},{"description":"The biopsies that training never sees.","entrypoint":"frontier_assets.defs.breast_cancer.model:holdout","name":"holdout","ranges":{"features":[0.0,5000.0]}},{"description":"The holdout as a second reader would have measured it.","entrypoint":"frontier_assets.defs.breast_cancer.model:second_reading","name":"second_reading"}],"description":"Tells malignant from benign tumours by 30 measurements of cell nuclei in a fine-needle biopsy.","evaluation":{"datasets":["holdout","second_reading"],"metrics":["accuracy","recall_macro","log_loss"]},"framework":"sklearn","gates":[{"comparison":">=","dataset":"holdout","description":"The mean recall of both diagnoses; a missed tumour costs most.","metric":"recall_macro","name":"few_missed_tumours","severity":"critical","threshold":0.95,"tolerance":0.0,"versus":null},{"comparison":"<=","dataset":"holdout","description":"Clinicians read the probability, not only the label.","metric":"log_loss","name":"honest_probabilities","severity":"critical","threshold":0.15,"tolerance":0.0,"versus":null},{"comparison":">=","dataset":"second_reading","description":"Another reader''s measurements should lead to the same diagnosis.","metric":"accuracy","name":"same_on_second_reading","severity":"warning","threshold":0.95,"tolerance":0.0,"versus":null},{"comparison":">=","dataset":"holdout","description":"A new version misses no more than the one in use.","metric":"recall_macro","name":"recall_versus_production","severity":"critical","threshold":null,"tolerance":0.005,"versus":"production"}],"name":"breast_cancer","owners":["team:pathology"],"promotion":{"production":"automatic","staging":"automatic"},"storage":"default","tags":{"project":"demo"},"task":"classification","title":"Breast cancer from cell measurements","training":{"dataset":"train","direction":"lower","entrypoint":"frontier_assets.defs.breast_cancer.model:train","limits":{"folds":[2.0,50.0]},"metric":"loss","parameters":{"folds":5,"strengths":[0.01,0.03,0.1,0.3,1.0,3.0,10.0]},"register":"best","seed":0}}','2026-11-21T07:13:58.562568+00:00','root');
INSERT INTO "policies" VALUES(2,2,'dc49c994dc4e4bbebc142483fd920580fce7ed9e103e9c45d98006fba890fa4b','{"architecture":{"entrypoint":"frontier_assets.defs.digits_classifier.model:build","inputs":{"image":["batch",1,8,8]},"outputs":"logits"},"conversions":[{"dataset":"","required":true,"target":"onnx"}],"datasets":[{"description":"Four fifths of scikit-learn''s handwritten digits.","entrypoint":"frontier_assets.defs.digits_classifier.model:train_set","name":"train","ranges":{"image":[0.0,1.0]}},{"description":"The fifth that training never sees.","entrypoint":"frontier_assets.defs.digits_classifier.model:holdout","name":"holdout","ranges":{"image":[0.0,1.0]}},{"description":"The holdout images under strong noise.","entrypoint":"frontier_assets.defs.digits_classifier.model:noisy","name":"noisy","ranges":{"image":[0.0,1.0]}}],"description":"Handwritten digits, 8x8 grey images, told apart by a small convolutional network.","evaluation":{"datasets":["holdout","noisy"],"metrics":["accuracy","f1_macro","log_loss"]},"framework":"pytorch","gates":[{"comparison":">=","dataset":"holdout","description":"Below this the classifier is of no use to its readers.","metric":"accuracy","name":"minimum_accuracy","severity":"critical","threshold":0.97,"tolerance":0.0,"versus":null},{"comparison":">=","dataset":"holdout","description":"No single digit may be neglected.","metric":"f1_macro","name":"minimum_f1_macro","severity":"critical","threshold":0.96,"tolerance":0.0,"versus":null},{"comparison":">=","dataset":"noisy","description":"Scans are noisy; worth a look, no reason to stop.","metric":"accuracy","name":"robust_to_noise","severity":"warning","threshold":0.8,"tolerance":0.0,"versus":null},{"comparison":">=","dataset":"holdout","description":"A new version is not noticeably worse than the one in use.","metric":"accuracy","name":"accuracy_versus_production","severity":"critical","threshold":null,"tolerance":0.005,"versus":"production"}],"name":"digits_classifier","owners":["team:vision"],"promotion":{"production":"automatic","staging":"automatic"},"storage":"default","tags":{"project":"demo"},"task":"classification","title":"Digits classifier","training":{"dataset":"train","direction":"lower","entrypoint":"frontier_assets.defs.digits_classifier.model:train","limits":{"batch_size":[1.0,1437.0],"epochs":[1.0,1000.0],"learning_rate":[1e-06,1.0]},"metric":"loss","parameters":{"batch_size":64,"epochs":12,"learning_rate":0.003,"width":48},"register":"best","seed":0}}','2026-11-21T07:14:00.556645+00:00','root');
CREATE TABLE stage_moves (
	id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, 
	model_id INTEGER NOT NULL, 
	version_id INTEGER NOT NULL, 
	source VARCHAR(20) NOT NULL, 
	target VARCHAR(20) NOT NULL, 
	replaced VARCHAR(150), 
	automatic BOOLEAN NOT NULL, 
	actor TEXT NOT NULL, 
	reason TEXT NOT NULL, 
	run_id TEXT, 
	at VARCHAR(32) NOT NULL, 
	sequence INTEGER NOT NULL, 
	CONSTRAINT fk_stage_moves_model_id FOREIGN KEY(model_id) REFERENCES models (id), 
	CONSTRAINT fk_stage_moves_version_id FOREIGN KEY(version_id) REFERENCES versions (id), 
	CONSTRAINT uq_stage_moves_model_id_sequence UNIQUE (model_id, sequence)
);
INSERT INTO "stage_moves" VALUES(1,1,1,'development','staging',NULL,1,'sensor:promotion','all conditions met: policy, gate holdout/few_missed_tumours, gate holdout/honest_probabilities, gate holdout/recall_versus_production, evaluation holdout, evaluation second_reading, conversion onnx, build, automatic, not barred, forward','e01b85ce-28f4-4f97-a06b-2e81f658728b','2026-11-21T07:16:14.006014+00:00',19);
INSERT INTO "stage_moves" VALUES(2,1,1,'staging','production',NULL,1,'sensor:promotion','all conditions met: policy, gate holdout/few_missed_tumours, gate holdout/honest_probabilities, gate holdout/recall_versus_production, evaluation holdout, evaluation second_reading, conversion onnx, build, staged, automatic, not barred, forward','93723e74-f992-4a2d-9139-8a427cd96dea','2026-11-21T07:16:32.201524+00:00',20);
INSERT INTO "stage_moves" VALUES(3,2,2,'development','staging',NULL,1,'sensor:promotion','all conditions met: policy, gate holdout/minimum_accuracy, gate holdout/minimum_f1_macro, gate holdout/accuracy_versus_production, evaluation holdout, evaluation noisy, conversion onnx, build, automatic, not barred, forward','2d323efe-08ac-4826-9001-01d55187c514','2026-11-21T07:20:33.449800+00:00',24);
INSERT INTO "stage_moves" VALUES(4,2,2,'staging','production',NULL,1,'sensor:promotion','all conditions met: policy, gate holdout/minimum_accuracy, gate holdout/minimum_f1_macro, gate holdout/accuracy_versus_production, evaluation holdout, evaluation noisy, conversion onnx, build, staged, automatic, not barred, forward','37bcca0f-5f19-451e-99ad-ec5997e21ad0','2026-11-21T07:20:46.515225+00:00',25);
INSERT INTO "stage_moves" VALUES(5,2,3,'development','staging',NULL,0,'root','a second look',NULL,'2026-11-21T07:23:17.378984+00:00',35);
INSERT INTO "stage_moves" VALUES(6,2,2,'production','archived',NULL,0,'root','as good, and newer',NULL,'2026-11-21T07:23:27.199278+00:00',36);
INSERT INTO "stage_moves" VALUES(7,2,3,'staging','production','1.0.0',0,'root','as good, and newer',NULL,'2026-11-21T07:23:27.199278+00:00',37);
CREATE TABLE stores (
	id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, 
	name VARCHAR(100) NOT NULL, 
	CONSTRAINT uq_stores_name UNIQUE (name)
);
INSERT INTO "stores" VALUES(1,'default');
CREATE TABLE training_runs (
	id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, 
	model_id INTEGER NOT NULL, 
	name VARCHAR(100) NOT NULL, 
	status VARCHAR(20) NOT NULL, 
	problem TEXT NOT NULL, 
	version VARCHAR(150), 
	run_id TEXT, 
	started_at VARCHAR(32) NOT NULL, 
	ended_at VARCHAR(32), 
	CONSTRAINT fk_training_runs_model_id FOREIGN KEY(model_id) REFERENCES models (id), 
	CONSTRAINT uq_training_runs_model_id_name UNIQUE (model_id, name)
);
INSERT INTO "training_runs" VALUES(1,1,'25cec64a1f91','trained','','1.0.0','25cec64a-1f91-4f54-b823-f707d7fd8fa8','2026-11-21T07:13:58.580642+00:00','2026-11-21T07:14:28.462409+00:00');
INSERT INTO "training_runs" VALUES(2,2,'fa59c3de5800','trained','','1.0.0','fa59c3de-5800-47f7-8253-d61568339ec5','2026-11-21T07:14:00.638060+00:00','2026-11-21T07:19:11.942509+00:00');
CREATE TABLE verdicts (
	id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, 
	evaluation_id INTEGER NOT NULL, 
	gate TEXT NOT NULL, 
	gate_digest VARCHAR(64) NOT NULL, 
	severity VARCHAR(20) NOT NULL, 
	outcome VARCHAR(20) NOT NULL, 
	dataset VARCHAR(100) NOT NULL, 
	metric TEXT NOT NULL, 
	comparison TEXT NOT NULL, 
	threshold DOUBLE, 
	observed DOUBLE, 
	detail TEXT NOT NULL, 
	CONSTRAINT fk_verdicts_evaluation_id FOREIGN KEY(evaluation_id) REFERENCES evaluations (id), 
	CONSTRAINT uq_verdicts_evaluation_id_gate UNIQUE (evaluation_id, gate)
);
INSERT INTO "verdicts" VALUES(1,1,'few_missed_tumours','95d1491f4ad4a08f8d9608c766029b4761f8fa107827a97470a183b56ef906e4','critical','passed','holdout','recall_macro','>=',0.95,0.978168808411215,'recall_macro on holdout: 0.978169 >= 0.95');
INSERT INTO "verdicts" VALUES(2,1,'honest_probabilities','768a5bffd90704e04f210fb00e20dad9d6e3c381ea2271f7298b1415d9a29d28','critical','passed','holdout','log_loss','<=',0.15,5.73488758455439340266e-02,'log_loss on holdout: 0.0573489 <= 0.15');
INSERT INTO "verdicts" VALUES(3,1,'recall_versus_production','97068a90cd5226bc6e9a061d30527f57ebd5ab37b25ae3160f06f46f07c79e53','critical','passed','holdout','recall_macro','versus production',NULL,0.978168808411215,'recall_macro on holdout: no baseline: no version is in production');
INSERT INTO "verdicts" VALUES(4,2,'same_on_second_reading','c73507213d589757050334d7bcae5a46f8d72fb18d8207f0db8099648cef4f3d','warning','passed','second_reading','accuracy','>=',0.95,9.70760233918128601082e-01,'accuracy on second_reading: 0.97076 >= 0.95');
INSERT INTO "verdicts" VALUES(5,3,'minimum_accuracy','8ccd6b44c44c60e7e53c5de08f74bc71e30254ae0350e5b4b9ac769fd06dee25','critical','passed','holdout','accuracy','>=',0.97,9.94444444444444464181e-01,'accuracy on holdout: 0.994444 >= 0.97');
INSERT INTO "verdicts" VALUES(6,3,'minimum_f1_macro','ab6d353546cee5957152217179c7ffbb508a92fca1e4a2017e296c15daf84036','critical','passed','holdout','f1_macro','>=',0.96,9.94444444444444242137e-01,'f1_macro on holdout: 0.994444 >= 0.96');
INSERT INTO "verdicts" VALUES(7,3,'accuracy_versus_production','bbd0dfe69e2576c06c610880fdb7f5c0b57392e13a298781fd069c7396427423','critical','passed','holdout','accuracy','versus production',NULL,9.94444444444444464181e-01,'accuracy on holdout: no baseline: no version is in production');
INSERT INTO "verdicts" VALUES(8,4,'robust_to_noise','de3d48ccb828751206af3d20814a89bfcb349c670fbae84c0e57b27d41202634','warning','passed','noisy','accuracy','>=',0.8,9.36111111111111116045e-01,'accuracy on noisy: 0.936111 >= 0.8');
INSERT INTO "verdicts" VALUES(9,5,'minimum_accuracy','8ccd6b44c44c60e7e53c5de08f74bc71e30254ae0350e5b4b9ac769fd06dee25','critical','passed','holdout','accuracy','>=',0.97,9.94444444444444464181e-01,'accuracy on holdout: 0.994444 >= 0.97');
INSERT INTO "verdicts" VALUES(10,5,'minimum_f1_macro','ab6d353546cee5957152217179c7ffbb508a92fca1e4a2017e296c15daf84036','critical','passed','holdout','f1_macro','>=',0.96,9.94444444444444242137e-01,'f1_macro on holdout: 0.994444 >= 0.96');
INSERT INTO "verdicts" VALUES(11,5,'accuracy_versus_production','bbd0dfe69e2576c06c610880fdb7f5c0b57392e13a298781fd069c7396427423','critical','passed','holdout','accuracy','versus production',9.94444444444444464181e-01,9.94444444444444464181e-01,'accuracy on holdout: 0.994444 versus 0.994444 in production, tolerance 0.005, higher is better');
INSERT INTO "verdicts" VALUES(12,6,'robust_to_noise','de3d48ccb828751206af3d20814a89bfcb349c670fbae84c0e57b27d41202634','warning','passed','noisy','accuracy','>=',0.8,9.36111111111111116045e-01,'accuracy on noisy: 0.936111 >= 0.8');
CREATE TABLE versions (
	id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, 
	model_id INTEGER NOT NULL, 
	number VARCHAR(150) NOT NULL, 
	major INTEGER NOT NULL, 
	minor INTEGER NOT NULL, 
	patch INTEGER NOT NULL, 
	sequence INTEGER NOT NULL, 
	branch VARCHAR(100) NOT NULL, 
	parent VARCHAR(150), 
	change VARCHAR(20) NOT NULL, 
	change_reason TEXT NOT NULL, 
	build_status VARCHAR(20) NOT NULL, 
	stage VARCHAR(20) NOT NULL, 
	barred_reason TEXT, 
	digest VARCHAR(64) NOT NULL, 
	store VARCHAR(100) NOT NULL, 
	size_bytes BIGINT NOT NULL, 
	stored_bytes BIGINT NOT NULL, 
	checkpoint TEXT, 
	policy_digest VARCHAR(64), 
	description TEXT NOT NULL, 
	tags TEXT NOT NULL, 
	parameters TEXT NOT NULL, 
	metrics TEXT NOT NULL, 
	signature TEXT NOT NULL, 
	data_digests TEXT NOT NULL, 
	environment TEXT NOT NULL, 
	run_id TEXT, 
	created_by TEXT NOT NULL, 
	created_at VARCHAR(32) NOT NULL, 
	CONSTRAINT fk_versions_model_id FOREIGN KEY(model_id) REFERENCES models (id), 
	CONSTRAINT uq_versions_model_id_number UNIQUE (model_id, number), 
	CONSTRAINT uq_versions_model_id_sequence UNIQUE (model_id, sequence)
);
INSERT INTO "versions" VALUES(1,1,'1.0.0',1,0,0,1,'main',NULL,'major','the first version','trained','production',NULL,'d88d9c817df821c48eda7a98d218f89848234d8373f26f90a2e4e45b878aaad1','default',10120,381,'25cec64a1f91-step-5','c27ed78e24ef19fc3136837e7f715ff0ae4848a886d293a7573edbdbd68e0412','','{}','{"folds":5,"seed":0,"strengths":[0.01,0.03,0.1,0.3,1.0,3.0,10.0]}','{"accuracy":0.9824367088607595,"loss":0.09440943002700805}','{"inputs":{"features":["batch",30]},"objects":{"model":"sklearn.pipeline.Pipeline"},"outputs":"probabilities","tensors":{}}','{"train":"034b19b8568ea91853a35ca8ac8f2f5d62fb3d7fea433307ba992aa4f4847a9f"}','{"dagster":"1.13.27","frontier_assets":"0.1.0","git_commit":"29a48cb9a5d70881dbf4f656a642bd5d194c8a0a","lightgbm":"4.7.0","numpy":"2.4.6","onnx":"1.23.2","onnxruntime":"1.31.1","platform":"Linux-6.18.44-fc-v669-x86_64-with-glibc2.36","python":"3.11.7","scikit-learn":"1.9.1","skops":"0.16.0","torch":"2.13.0+cpu","xgboost-cpu":"3.2.0"}','25cec64a-1f91-4f54-b823-f707d7fd8fa8','root','2026-11-21T07:14:28.382727+00:00');
INSERT INTO "versions" VALUES(2,2,'1.0.0',1,0,0,1,'main',NULL,'major','the first version','trained','archived',NULL,'62b607d4f27454873ada2a979dc9cb663bba4d9414daeae41da7a4e844611383','default',519616,5767,'fa59c3de5800-step-220','dc49c994dc4e4bbebc142483fd920580fce7ed9e103e9c45d98006fba890fa4b','','{}','{"batch_size":64,"epochs":12,"learning_rate":0.003,"seed":0,"width":48}','{"accuracy":0.9907407164573669,"loss":0.017164984717965126}','{"inputs":{"image":["batch",1,8,8]},"outputs":"logits","tensors":{"model.layers.0.bias":"float32[48]","model.layers.0.weight":"float32[48, 1, 3, 3]","model.layers.1.bias":"float32[48]","model.layers.1.num_batches_tracked":"int64[]","model.layers.1.running_mean":"float32[48]","model.layers.1.running_var":"float32[48]","model.layers.1.weight":"float32[48]","model.layers.12.bias":"float32[10]","model.layers.12.weight":"float32[10, 384]","model.layers.3.bias":"float32[96]","model.layers.3.weight":"float32[96, 48, 3, 3]","model.layers.4.bias":"float32[96]","model.layers.4.num_batches_tracked":"int64[]","model.layers.4.running_mean":"float32[96]","model.layers.4.running_var":"float32[96]","model.layers.4.weight":"float32[96]","model.layers.7.bias":"float32[96]","model.layers.7.weight":"float32[96, 96, 3, 3]","model.layers.8.bias":"float32[96]","model.layers.8.num_batches_tracked":"int64[]","model.layers.8.running_mean":"float32[96]","model.layers.8.running_var":"float32[96]","model.layers.8.weight":"float32[96]"}}','{"train":"43567316417696185334b5b791be4974e74570202bc2c6b92e489147cd096d03"}','{"dagster":"1.13.27","frontier_assets":"0.1.0","git_commit":"29a48cb9a5d70881dbf4f656a642bd5d194c8a0a","lightgbm":"4.7.0","numpy":"2.4.6","onnx":"1.23.2","onnxruntime":"1.31.1","platform":"Linux-6.18.44-fc-v669-x86_64-with-glibc2.36","python":"3.11.7","scikit-learn":"1.9.1","skops":"0.16.0","torch":"2.13.0+cpu","xgboost-cpu":"3.2.0"}','fa59c3de-5800-47f7-8253-d61568339ec5','root','2026-11-21T07:19:11.826245+00:00');
INSERT INTO "versions" VALUES(3,2,'1.0.1',1,0,1,2,'main','1.0.0','patch','a retrain of the same recipe','trained','production',NULL,'5e481e3f6da4c57f7e354ce4d21a928ae14d46ec8e40b64619777574b1002605','default',519616,5767,'fa59c3de5800-step-240','dc49c994dc4e4bbebc142483fd920580fce7ed9e103e9c45d98006fba890fa4b','a second one','{}','{"batch_size":64,"epochs":12,"learning_rate":0.003,"seed":0,"width":48}','{"accuracy":0.9907407164573669,"loss":0.017191290855407715}','{"inputs":{"image":["batch",1,8,8]},"outputs":"logits","tensors":{"model.layers.0.bias":"float32[48]","model.layers.0.weight":"float32[48, 1, 3, 3]","model.layers.1.bias":"float32[48]","model.layers.1.num_batches_tracked":"int64[]","model.layers.1.running_mean":"float32[48]","model.layers.1.running_var":"float32[48]","model.layers.1.weight":"float32[48]","model.layers.12.bias":"float32[10]","model.layers.12.weight":"float32[10, 384]","model.layers.3.bias":"float32[96]","model.layers.3.weight":"float32[96, 48, 3, 3]","model.layers.4.bias":"float32[96]","model.layers.4.num_batches_tracked":"int64[]","model.layers.4.running_mean":"float32[96]","model.layers.4.running_var":"float32[96]","model.layers.4.weight":"float32[96]","model.layers.7.bias":"float32[96]","model.layers.7.weight":"float32[96, 96, 3, 3]","model.layers.8.bias":"float32[96]","model.layers.8.num_batches_tracked":"int64[]","model.layers.8.running_mean":"float32[96]","model.layers.8.running_var":"float32[96]","model.layers.8.weight":"float32[96]"}}','{"train":"43567316417696185334b5b791be4974e74570202bc2c6b92e489147cd096d03"}','{"dagster":"1.13.27","frontier_assets":"0.1.0","git_commit":"29a48cb9a5d70881dbf4f656a642bd5d194c8a0a","lightgbm":"4.7.0","numpy":"2.4.6","onnx":"1.23.2","onnxruntime":"1.31.1","platform":"Linux-6.18.44-fc-v669-x86_64-with-glibc2.36","python":"3.11.7","scikit-learn":"1.9.1","skops":"0.16.0","torch":"2.13.0+cpu","xgboost-cpu":"3.2.0"}',NULL,'root','2026-11-21T07:21:45.514134+00:00');
CREATE INDEX ix_policies_model_id ON policies (model_id);
CREATE INDEX ix_versions_model_id_digest ON versions (model_id, digest);
CREATE UNIQUE INDEX uq_versions_one_production ON versions (model_id) WHERE stage = 'production';
CREATE INDEX ix_artifacts_version_id_name ON artifacts (version_id, name);
CREATE INDEX ix_evaluations_version_id_dataset ON evaluations (version_id, dataset);
CREATE INDEX ix_stage_moves_version_id ON stage_moves (version_id);
CREATE INDEX ix_deletions_store_blob ON deletions (store, blob);
DELETE FROM "sqlite_sequence";
INSERT INTO "sqlite_sequence" VALUES('models',2);
INSERT INTO "sqlite_sequence" VALUES('audit',57);
INSERT INTO "sqlite_sequence" VALUES('policies',2);
INSERT INTO "sqlite_sequence" VALUES('training_runs',2);
INSERT INTO "sqlite_sequence" VALUES('stores',1);
INSERT INTO "sqlite_sequence" VALUES('checkpoints',19);
INSERT INTO "sqlite_sequence" VALUES('versions',3);
INSERT INTO "sqlite_sequence" VALUES('builds',3);
INSERT INTO "sqlite_sequence" VALUES('evaluations',6);
INSERT INTO "sqlite_sequence" VALUES('verdicts',12);
INSERT INTO "sqlite_sequence" VALUES('artifacts',3);
INSERT INTO "sqlite_sequence" VALUES('stage_moves',7);
INSERT INTO "sqlite_sequence" VALUES('pins',1);
INSERT INTO "sqlite_sequence" VALUES('attachments',1);
COMMIT;
